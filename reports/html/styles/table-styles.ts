/** Tables, which turn into a list of cards on a narrow screen. */
export const TABLE_STYLES = `
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.6rem 0.7rem; text-align: left; vertical-align: top; border-top: 1px solid var(--rule); font-weight: 400; }
th:first-child, td:first-child { padding-left: 1.1rem; }
th:last-child, td:last-child { padding-right: 1.1rem; }
thead th { padding-top: 0.55rem; padding-bottom: 0.45rem; font-size: 0.8rem; color: var(--muted); border-top: 0; white-space: nowrap; }
tbody th[scope="row"] { font-weight: 600; }
tr.group th { padding-top: 0.5rem; padding-bottom: 0.45rem; background: var(--sunken); font-weight: 650; }
tr.group small { font-weight: 400; font-size: 0.84rem; color: var(--muted); margin-left: 0.4rem; }
.objectives { table-layout: fixed; }
.objectives thead th:nth-child(1) { width: 9.3rem; }
.objectives thead th:nth-child(2) { width: 21%; }
.objectives thead th:nth-child(3) { width: 11.5%; }
.objectives thead th:nth-child(4) { width: 17%; }
.objectives .name { display: block; line-height: 1.35; }
.objectives code.note { margin-top: 0.1rem; }
.seen { font-size: 1.08rem; font-weight: 650; }
tr.row.is-fail > * { background: var(--fail-soft); }
tr.row.is-fail > :first-child { box-shadow: inset 5px 0 0 var(--fail); }
tr.row.is-fail .seen, tr.row.is-fail .outcome { color: var(--fail); }
.outcome .details { display: block; font-weight: 400; }
tr.row:not(.is-fail) .outcome .details { font-size: 0.84rem; color: var(--muted); }
tr.row.is-fail .outcome { font-weight: 650; }
tr.row.is-inconclusive > *, tr.row.is-error > * { background: var(--inconclusive-soft); }
tr.row.is-error > * { background: var(--error-soft); }
.interval { display: block; overflow: visible; }
.interval .promised { fill: var(--pass); opacity: 0.13; }
.interval .track { stroke: var(--rule-strong); stroke-width: 1; }
.interval .nine { stroke: var(--rule-strong); stroke-width: 1; }
.interval .target { stroke: var(--ink); stroke-width: 2; }
.interval .range, .interval .value { fill: var(--muted); }
.interval .range { opacity: 0.5; }
.interval .value { stroke: var(--panel); stroke-width: 1.5; }
.interval.is-pass .range, .interval.is-pass .value { fill: var(--pass); }
.interval.is-fail .range, .interval.is-fail .value { fill: var(--fail); }
.interval.is-inconclusive .range, .interval.is-inconclusive .value { fill: var(--inconclusive); }
.interval.is-error .range, .interval.is-error .value { fill: var(--error); }
.nines text { font-size: 10px; fill: var(--muted); }
.steps { display: flex; flex-wrap: wrap; gap: 0 0.9rem; font-size: 0.87rem; }
.steps > div { display: flex; gap: 0.35rem; }
.steps dt { color: var(--muted); }
.steps > div:last-child dd { font-weight: 650; }
@media screen and (max-width: 860px) {
  table.stack, .stack thead, .stack tbody, .stack tr, .stack th, .stack td { display: block; width: auto !important; }
  .stack thead { position: absolute; width: 1px !important; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack th, .stack td { border: 0; padding: 0.15rem 1rem; }
  .stack tr { display: grid; grid-template-columns: 1fr 1fr; padding: 0.7rem 0; border-top: 1px solid var(--rule); }
  .stack th, .stack .verdict-cell, .stack .bar-cell, .stack .outcome, .stack .wide { grid-column: 1 / -1; }
  .stack tbody:first-of-type tr:first-child { border-top: 0; }
  .stack tr.group { padding: 0; }
  .stack tr.group th { padding: 0.5rem 1rem; }
  .stack tr.is-fail { background: var(--fail-soft); box-shadow: inset 5px 0 0 var(--fail); }
  .stack tr.row.is-fail > * { background: none; box-shadow: none; }
  .stack tr.is-inconclusive { background: var(--inconclusive-soft); }
  .stack tr.is-error { background: var(--error-soft); }
  .stack td[data-label]::before { content: attr(data-label); display: block; margin-top: 0.25rem; font-size: 0.8rem; font-weight: 400; color: var(--muted); }
  .stack .bar-cell { max-width: 26rem; }
  .stack th:last-child, .stack td:last-child { padding-right: 1rem; }
}
`;
