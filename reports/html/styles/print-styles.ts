/** On paper: black on white, no navigation, every detail open. */
export const PRINT_STYLES = `
@media print {
  html { font-size: 11px; }
  body { --ground: #fff; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .contents, .cursor { display: none; }
  .wrap { max-width: none; padding: 0; }
  h1 { font-size: 3rem; }
  .hero > .wrap { padding: 0.8rem 1rem; }
  section { margin: 1.2rem 0; }
  .chart, tr, .reasons li, .hero { break-inside: avoid; }
  h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
}
`;
