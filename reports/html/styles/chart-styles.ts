/** Charts: everything is placed in percent of the width, beside a margin for the labels of the y axis. */
export const CHART_STYLES = `
.plots { --axis: 58px; padding-top: 0.9rem; }
.strip { position: relative; height: 26px; margin: 0 20px 0.4rem var(--axis); }
.strip li { position: absolute; top: 0; height: 100%; display: flex; align-items: center; gap: 0.3rem; padding: 0 0.35rem; overflow: hidden; white-space: nowrap; font-size: 0.8rem; border-right: 2px solid var(--panel); border-radius: 4px; background: var(--sunken); color: var(--muted); }
.strip .phase-name { overflow: hidden; text-overflow: ellipsis; min-width: 0; }
.strip .is-pass { background: var(--pass-soft); color: var(--pass); }
.strip .is-fail { background: var(--fail-soft); color: var(--fail); font-weight: 650; }
.strip .is-inconclusive { background: var(--inconclusive-soft); color: var(--inconclusive); }
.strip .is-error { background: var(--error-soft); color: var(--error); }
.chart { padding: 0.5rem 0 0.2rem; }
.chart + .chart { border-top: 1px solid var(--rule); margin-top: 0.35rem; padding-top: 0.8rem; }
.chart figcaption { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.1rem 1.5rem; margin: 0 20px 0.35rem 1.1rem; }
.chart h3 { font-size: 1rem; }
.chart h3 small { font-weight: 400; font-size: 0.84rem; color: var(--muted); margin-left: 0.3rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1.1rem; font-size: 0.87rem; }
.legend li { display: flex; align-items: center; gap: 0.4rem; }
.reading { font-weight: 650; }
.reading:not(:empty) { min-width: 4.8rem; }
.plot { position: relative; margin: 0 20px 0 var(--axis); touch-action: pan-y; cursor: crosshair; }
.plot > svg { display: block; overflow: visible; pointer-events: none; }
.cursor { position: absolute; top: 0; bottom: 22px; width: 0; border-left: 1px solid var(--ink); pointer-events: none; }
.grid line { stroke: var(--rule); }
.grid text { font-size: 11px; fill: var(--muted); }
.lines { overflow: visible; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.line-0 { stroke: var(--line-0); }
.line-1 { stroke: var(--line-1); stroke-dasharray: 6 4; }
.line-2 { stroke: var(--line-2); stroke-dasharray: 2 4; }
.line-3 { stroke: var(--line-3); stroke-dasharray: 8 3 2 3; }
.chart-latency .line-0 { stroke: var(--latency-0); }
.chart-latency .line-1 { stroke: var(--latency-1); stroke-dasharray: 6 4; }
.chart-latency .line-2 { stroke: var(--latency-2); stroke-dasharray: none; stroke-width: 2.4; }
.chart-errors .line-0 { stroke: var(--errors-0); }
.band rect { fill: var(--sunken); }
.band line { stroke: none; }
.band-fault rect { fill: var(--fault-soft); }
.band-fault line { stroke: var(--fault-edge); stroke-dasharray: 3 3; }
.band-blind rect { fill: var(--rule-strong); opacity: 0.45; }
.band-label text { font-size: 11px; font-weight: 600; fill: var(--muted); }
.band-label.band-fault text { fill: var(--fault); }
.band-label .dim { fill: var(--panel); opacity: 0.6; }
.limit line { stroke: var(--ink); stroke-dasharray: 1 4; stroke-linecap: round; stroke-width: 1.5; }
.limit text { font-size: 11px; fill: var(--ink); }
.axis-name { margin: -0.1rem 20px 0.7rem var(--axis); font-size: 0.84rem; color: var(--muted); text-align: center; }
@media screen and (max-width: 760px) {
  .plots { --axis: 46px; }
  .strip, .plot { margin-right: 14px; }
  .strip li { padding: 0 0.15rem; }
  .reading { min-width: 5.5rem; }
}
`;
