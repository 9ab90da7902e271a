import type { Reading } from "./reading.ts";

/** How many readings a recovery looks at: a week of mornings. */
export const READINGS_CONSIDERED = 7;

const NEEDED_SLEEP_HOURS = 8;
const TIRED_RMSSD_MS = 15;
const RESTED_RMSSD_MS = 120;
const WORST_DEBT_PER_NIGHT_HOURS = 3;
const HRV_WEIGHT = 0.6;

export interface Recovery {
  /** 0 (spent) to 100 (rested). */
  readonly recoveryScore: number;
  /** Hours of sleep missing to 8 a night, summed over the last seven readings. */
  readonly sleepDebtHours: number;
  /** The newest reading's. */
  readonly hrvRmssdMs: number;
  /** When the newest reading was taken. */
  readonly asOf: string;
}

/**
 * How recovered a person is, from readings, newest first; undefined without any.
 *
 * score = 100 × (0.6 × h + 0.4 × s), where h is ln(rMSSD) on a scale from 15 ms (0) to 120 ms (1),
 * and s is 1 without sleep debt and 0 at three hours a night. An illustration, not medicine.
 */
export function recoveryOf(readings: readonly Reading[]): Recovery | undefined {
  const considered = readings.slice(0, READINGS_CONSIDERED);
  const [newest] = considered;
  if (newest === undefined) return undefined;
  const debtHours = considered.reduce((sum, { sleepHours }) => sum + Math.max(0, NEEDED_SLEEP_HOURS - sleepHours), 0);
  const hrv = Math.log(newest.hrvRmssdMs / TIRED_RMSSD_MS) / Math.log(RESTED_RMSSD_MS / TIRED_RMSSD_MS);
  const sleep = 1 - debtHours / (WORST_DEBT_PER_NIGHT_HOURS * considered.length);
  return {
    recoveryScore: Math.round(100 * (HRV_WEIGHT * unit(hrv) + (1 - HRV_WEIGHT) * unit(sleep))),
    sleepDebtHours: Math.round(debtHours * 100) / 100,
    hrvRmssdMs: newest.hrvRmssdMs,
    asOf: newest.takenAt,
  };
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
