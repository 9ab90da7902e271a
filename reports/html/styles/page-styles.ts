/** Type, spacing and what all sections share. */
export const PAGE_STYLES = `
* { box-sizing: border-box; }
html { font: 15px/1.5 -apple-system, "Segoe UI", Roboto, Inter, Ubuntu, "Noto Sans", "Liberation Sans", system-ui, sans-serif; -webkit-text-size-adjust: 100%; scroll-padding-top: 3.2rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.wrap { max-width: 1160px; margin: 0 auto; padding: 0 24px; }
section { margin: 2.4rem 0; }
h1, h2, h3, p, figure, dl, dd, ul, ol { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.01em; margin-bottom: 0.7rem; }
h2 small { font-size: 0.87rem; font-weight: 400; letter-spacing: 0; color: var(--muted); margin-left: 0.5rem; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.87em; }
pre { margin: 0.5rem 0; padding: 0.65rem 0.8rem; background: var(--sunken); border-radius: 6px; white-space: pre-wrap; }
pre code { font-size: 0.84rem; }
.note { display: block; font-size: 0.84rem; font-weight: 400; line-height: 1.45; color: var(--muted); }
.muted { color: var(--muted); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.panel { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; overflow: hidden; }
.empty { color: var(--muted); background: var(--panel); border: 1px dashed var(--rule-strong); border-radius: 10px; padding: 1rem 1.2rem; }
.legend-line { padding: 0.6rem 1.1rem 0.75rem; font-size: 0.84rem; color: var(--muted); border-top: 1px solid var(--rule); }
.hypothesis { margin: -0.3rem 0 0.7rem; max-width: 75ch; color: var(--muted); }
.icon { flex: none; vertical-align: -0.15em; }
.icon-shape { fill: currentColor; }
.icon-sign { fill: none; stroke: var(--sign); stroke-width: 2.6; stroke-linecap: round; stroke-linejoin: round; }
.icon.is-pass, .mark.is-pass { color: var(--pass); }
.icon.is-fail, .mark.is-fail { color: var(--fail); }
.icon.is-inconclusive, .mark.is-inconclusive { color: var(--inconclusive); }
.icon.is-error, .mark.is-error { color: var(--error); }
.mark { display: inline-flex; align-items: center; gap: 0.4em; font-weight: 650; white-space: nowrap; }
.notice, .danger { margin: 1.6rem 0 0; padding: 0.8rem 1.1rem; border-radius: 10px; border: 1px solid var(--inconclusive); background: var(--inconclusive-soft); }
.danger { border-color: var(--fail); background: var(--fail-soft); }
.danger h2 { color: var(--fail); margin-bottom: 0.3rem; }
.danger code { display: inline-block; padding: 0.1rem 0.4rem; background: var(--panel); border-radius: 4px; }
.reasons { display: grid; gap: 0.6rem; }
.reasons li { background: var(--panel); border: 1px solid var(--rule); border-radius: 10px; padding: 0.75rem 1.1rem; }
.reasons .code { font-weight: 650; margin-right: 0.4rem; }
#load .reasons, .own { margin-top: 0.6rem; }
.own h3 { padding: 0.6rem 1.1rem 0.1rem; font-size: 0.95rem; font-weight: 600; }
.list > details + details { border-top: 1px solid var(--rule); }
.list > details > :not(summary) { margin-left: 1.1rem; margin-right: 1.1rem; }
.list > details > :last-child { margin-bottom: 0.9rem; }
.list > p, .list > pre, .list > dl { margin: 0.7rem 1.1rem; }
summary { cursor: pointer; padding: 0.6rem 1.1rem; font-weight: 550; }
summary .muted { font-weight: 400; }
summary:hover { background: var(--sunken); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.pairs { display: grid; gap: 0.15rem 1.2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.pairs > div { display: flex; gap: 0.6rem; }
.pairs dt { flex: none; min-width: 8.5rem; color: var(--muted); }
.timeline li { display: flex; gap: 0.9rem; padding: 0.12rem 0; }
.timeline .at { flex: none; min-width: 4.5rem; text-align: right; color: var(--muted); }
footer { padding-top: 0.5rem; padding-bottom: 2.5rem; font-size: 0.84rem; color: var(--muted); }
@media screen and (max-width: 760px) {
  .wrap { padding: 0 14px; }
  section { margin: 1.9rem 0; }
  h2 small { display: block; margin-left: 0; }
}
`;
