import type { ChartEvidence } from "../../../lib/run/evidence.ts";
import { formatSeconds } from "../../words/format.ts";
import { rowsOf, type Band } from "./bands.ts";
import { highestOf, type ChartLine } from "./chart-model.ts";
import { describeChart } from "./describe-chart.ts";
import { linePath, PATH_WIDTH } from "./line-path.ts";
import { thinPoints } from "./thin-points.ts";
import type { TimeScale } from "./time-scale.ts";
import { valueScale, type ValueScale } from "./value-scale.ts";

const PLOT_PIXELS = 132;
const LABEL_PIXELS = 16;
const AXIS_PIXELS = 22;

interface ChartProps {
  readonly chart: ChartEvidence;
  readonly lines: readonly ChartLine[];
  readonly bands: readonly Band[];
  readonly time: TimeScale;
  /** Latencies that objectives promise, in seconds; drawn where they don't dwarf the lines. */
  readonly thresholds: readonly number[];
}

/** One chart: widths are in percent and heights in pixels, so that text keeps its size on any screen. */
export function Chart({ chart, lines, bands, time, thresholds }: ChartProps) {
  const highest = highestOf(lines);
  const limits = chart.unit === "seconds" ? thresholds.filter((limit) => limit < highest * 4) : [];
  const scale = valueScale(chart.unit, Math.max(highest, ...limits), PLOT_PIXELS);
  const top = rowsOf(bands) * LABEL_PIXELS + 4;
  const id = `chart-${chart.id}`;
  return (
    <figure class={`chart chart-${chart.id}`} data-unit={scale.unit} data-factor={scale.factor}>
      <figcaption>
        <h3>
          {chart.title} <small>{scale.unit}</small>
        </h3>
        <Legend lines={lines} />
      </figcaption>
      <div class="plot">
        <svg
          role="img"
          aria-labelledby={`${id}-title ${id}-desc`}
          width="100%"
          height={top + PLOT_PIXELS + AXIS_PIXELS}
        >
          <title id={`${id}-title`}>{`${chart.title} over time`}</title>
          <desc id={`${id}-desc`}>{describeChart(lines, scale)}</desc>
          {bands.map((band) => (
            <BandArea band={band} time={time} height={top + PLOT_PIXELS} />
          ))}
          <Grid scale={scale} time={time} top={top} />
          {limits.map((limit) => (
            <g class="limit">
              <line x1="0" x2="100%" y1={top + scale.toPixels(limit)} y2={top + scale.toPixels(limit)} />
              <text x="100%" dx="-4" y={top + scale.toPixels(limit) - 4} text-anchor="end">
                promised {formatSeconds(limit)}
              </text>
            </g>
          ))}
          <svg
            y={top}
            width="100%"
            height={PLOT_PIXELS}
            viewBox={`0 0 ${PATH_WIDTH} ${PLOT_PIXELS}`}
            preserveAspectRatio="none"
            class="lines"
          >
            {lines.map(({ points }, index) => (
              <path class={`line line-${index % 4}`} d={linePath(points, time.toPercent, scale.toPixels)} />
            ))}
          </svg>
          {bands.map((band) => (
            <BandLabel band={band} time={time} top={top} />
          ))}
        </svg>
        <div class="cursor" hidden />
      </div>
    </figure>
  );
}

function Legend({ lines }: { readonly lines: readonly ChartLine[] }) {
  return (
    <ul class="legend">
      {lines.map(({ label, points }, index) => (
        <li
          data-points={JSON.stringify(
            thinPoints(points).map((point) => (point === null ? null : [round(point.x), round(point.y)])),
          )}
        >
          <svg width="22" height="10" aria-hidden="true" focusable="false">
            <line class={`line line-${index % 4}`} x1="1" x2="21" y1="5" y2="5" />
          </svg>
          {label} <output class="reading" />
        </li>
      ))}
    </ul>
  );
}

function BandArea({ band, time, height }: { readonly band: Band; readonly time: TimeScale; readonly height: number }) {
  const [left, right] = [time.toPercent(band.from), time.toPercent(band.to)];
  return (
    <g class={`band band-${band.kind}`}>
      <rect x={`${left}%`} width={`${Number((right - left).toFixed(3))}%`} y="0" height={height} />
      <line x1={`${left}%`} x2={`${left}%`} y1="0" y2={height} />
      <line x1={`${right}%`} x2={`${right}%`} y1="0" y2={height} />
    </g>
  );
}

function BandLabel({ band, time, top }: { readonly band: Band; readonly time: TimeScale; readonly top: number }) {
  const [left, right] = [time.toPercent(band.from), time.toPercent(band.to)];
  return (
    <g class={`band-label band-${band.kind}`}>
      {band.kind === "unjudged" && (
        <rect class="dim" x={`${left}%`} width={`${Number((right - left).toFixed(3))}%`} y={top} height={PLOT_PIXELS} />
      )}
      <text x={`${left}%`} dx="5" y={band.row * LABEL_PIXELS + 12}>
        {band.label}
      </text>
    </g>
  );
}

function Grid({ scale, time, top }: { readonly scale: ValueScale; readonly time: TimeScale; readonly top: number }) {
  return (
    <g class="grid">
      {scale.ticks.map(({ y, label }) => (
        <g>
          <line x1="0" x2="100%" y1={top + y} y2={top + y} />
          <text x="0" dx="-8" y={top + y} dy="0.32em" text-anchor="end">
            {label}
          </text>
        </g>
      ))}
      {time.ticks.map(({ percent, label }) => (
        <g>
          <line x1={`${percent}%`} x2={`${percent}%`} y1={top + PLOT_PIXELS} y2={top + PLOT_PIXELS + 4} />
          <text x={`${percent}%`} y={top + PLOT_PIXELS + 17} text-anchor="middle">
            {label}
          </text>
        </g>
      ))}
    </g>
  );
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
