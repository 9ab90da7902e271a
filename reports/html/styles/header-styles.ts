/** The verdict and the facts beside it. */
export const HEADER_STYLES = `
.hero { background: var(--panel); border-bottom: 1px solid var(--rule); }
.hero > .wrap { padding-top: 1.1rem; padding-bottom: 1.4rem; }
.hero.is-pass { background: var(--pass-soft); }
.hero.is-fail { background: var(--fail-soft); }
.hero.is-inconclusive { background: var(--inconclusive-soft); }
.hero.is-error { background: var(--error-soft); }
.brand { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.1rem 1.5rem; font-size: 0.87rem; color: var(--muted); }
.brand b { color: var(--ink); }
h1 { display: flex; align-items: center; gap: 1rem; margin: 0.9rem 0 0.7rem; font-size: 4rem; line-height: 1; letter-spacing: -0.03em; font-weight: 750; }
.is-pass .word { color: var(--pass); }
.is-fail .word { color: var(--fail); }
.is-inconclusive .word { color: var(--inconclusive); }
.is-error .word { color: var(--error); }
.why { max-width: 70ch; font-size: 1.2rem; line-height: 1.4; font-weight: 550; }
.cure { max-width: 80ch; margin-top: 0.35rem; }
.facts { display: grid; grid-template-columns: repeat(6, minmax(0, auto)); justify-content: space-between; gap: 0.9rem 1.6rem; margin-top: 1.4rem; }
.fact { min-width: 0; max-width: 15rem; }
.facts dt { font-size: 0.8rem; color: var(--muted); }
.facts dd { font-weight: 600; }
.facts .note { font-size: 0.8rem; }
.contents { position: sticky; top: 0; z-index: 2; background: var(--panel); border-bottom: 1px solid var(--rule); }
.contents .wrap { display: flex; gap: 0.2rem; overflow-x: auto; scrollbar-width: none; padding-left: 14px; padding-right: 14px; }
.contents a { flex: none; padding: 0.5rem 0.65rem; font-size: 0.9rem; color: var(--muted); text-decoration: none; }
.contents a:hover { color: var(--ink); text-decoration: underline; }
@media screen and (max-width: 900px) {
  .facts { grid-template-columns: repeat(3, minmax(0, 1fr)); }
}
@media screen and (max-width: 760px) {
  h1 { font-size: 2.7rem; gap: 0.7rem; }
  h1 .icon { width: 46px; height: 46px; }
  .why { font-size: 1.08rem; }
  .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .contents .wrap { padding-left: 4px; }
}
`;
