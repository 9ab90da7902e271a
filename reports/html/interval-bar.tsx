import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { formatShare } from "../words/format.ts";
import { intervalWords } from "../words/describe-objective.ts";
import { NINES, ninesFraction } from "./nines-scale.ts";

/** The interval that was seen against the target, on the scale of nines; the promised side is shaded. */
export function IntervalBar({ objective, id }: { readonly objective: ObjectiveVerdict; readonly id: string }) {
  const { value, interval, target, verdict } = objective;
  const seen = value === null ? "nothing seen" : `seen ${formatShare(value)}`;
  const low = interval === null ? 0 : ninesFraction(interval.low);
  const high = interval === null ? 0 : ninesFraction(interval.high);
  return (
    <svg
      class={`interval is-${verdict}`}
      role="img"
      aria-labelledby={`${id}-title ${id}-desc`}
      width="100%"
      height="34"
    >
      <title id={`${id}-title`}>{`Seen against promised: ${objective.slo} in ${objective.phase}`}</title>
      <desc id={`${id}-desc`}>
        {[`promised ${formatShare(target)}`, seen, intervalWords(objective)].filter(Boolean).join(", ")}
      </desc>
      <rect
        class="promised"
        x={percent(ninesFraction(target))}
        width={percent(1 - ninesFraction(target))}
        y="3"
        height="18"
      />
      <line class="track" x1="0" x2="100%" y1="12" y2="12" />
      {NINES.map(({ share }) => (
        <line class="nine" x1={percent(ninesFraction(share))} x2={percent(ninesFraction(share))} y1="9" y2="15" />
      ))}
      {interval !== null && (
        <rect class="range" x={percent(low)} width={percent(Math.max(0, high - low))} y="8" height="8" rx="2" />
      )}
      <line class="target" x1={percent(ninesFraction(target))} x2={percent(ninesFraction(target))} y1="2" y2="22" />
      {value !== null && <circle class="value" cx={percent(ninesFraction(value))} cy="12" r="4.5" />}
      <NinesLabels y={32} />
    </svg>
  );
}

function NinesLabels({ y }: { readonly y: number }) {
  return (
    <g class="nines">
      {NINES.map(({ share, label }, index) => (
        <text
          x={percent(ninesFraction(share))}
          y={y}
          text-anchor={index === 0 ? "start" : index === NINES.length - 1 ? "end" : "middle"}
        >
          {label}
        </text>
      ))}
    </g>
  );
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(2))}%`;
}
