/** Shows the values under the pointer in the charts' legends, and a line through all charts; the page is complete without it. */
export const CROSSHAIR_SCRIPT = `
"use strict";
for (const plots of document.querySelectorAll(".plots")) {
  const from = Number(plots.dataset.from), to = Number(plots.dataset.to);
  const cursors = plots.querySelectorAll(".cursor");
  const axis = plots.querySelector(".axis-name"), axisText = axis.textContent;
  const lines = [...plots.querySelectorAll("[data-points]")].map((item) => {
    const { unit, factor } = item.closest("figure").dataset;
    const points = JSON.parse(item.dataset.points).filter(Boolean);
    const gaps = points.slice(1).map((point, i) => point[0] - points[i][0]).sort((a, b) => a - b);
    return { points, reach: gaps[gaps.length >> 1] || 1, unit, factor: Number(factor), output: item.querySelector("output") };
  });
  const read = ({ points, reach, unit, factor, output }, x) => {
    let nearest = null;
    for (const point of points) if (!nearest || Math.abs(point[0] - x) < Math.abs(nearest[0] - x)) nearest = point;
    const seen = nearest && Math.abs(nearest[0] - x) <= reach;
    output.textContent = seen ? Number((nearest[1] * factor).toPrecision(3)).toLocaleString("en-US") + " " + unit : "no sample";
  };
  const leave = () => {
    for (const cursor of cursors) cursor.hidden = true;
    for (const line of lines) line.output.textContent = "";
    axis.textContent = axisText;
  };
  for (const plot of plots.querySelectorAll(".plot")) {
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      if (share < 0 || share > 1) return leave();
      const x = from + share * (to - from);
      for (const cursor of cursors) { cursor.hidden = false; cursor.style.left = share * 100 + "%"; }
      for (const line of lines) read(line, x);
      axis.textContent = x.toFixed(1) + " seconds after the load\\u2019s start";
    });
    plot.addEventListener("pointerleave", leave);
  }
}
`;

/** The digest of the script for the page's policy, so that no other script runs; a test compares them. */
export const CROSSHAIR_SCRIPT_SHA256 = "sha256-Zs6LHImwNzvhnopSDWr2UgHW6dqzklQlsg/DkIKNSdE=";
