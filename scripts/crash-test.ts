import { crashTrials } from "../tests/support/crash-trials.ts";

const MOST = 10_000;
const count = Number(process.argv[2] ?? 200);
if (!Number.isInteger(count) || count < 1 || count > MOST) {
  console.error(`How many? npm run crash-test -- 1…${MOST} (default: 200)`);
  process.exitCode = 2;
} else {
  const trials = await crashTrials(count, ({ seed, killedAfterMs, guardianKilled, open, cleanAfterMs, left }) => {
    const what = open === null ? "before its journal" : `with ${open.length === 0 ? "no fault" : open.join(", ")} on`;
    const how = left.length === 0 ? `clean after ${cleanAfterMs} ms` : `LEFT: ${left.join(", ")}`;
    console.log(
      `seed ${seed}: killed${guardianKilled ? " with its guardian" : ""} after ${killedAfterMs} ms, ${what}: ${how}`,
    );
  });
  const dirty = trials.filter(({ left }) => left.length > 0).length;
  const byGuardian = trials.filter((one) => !one.guardianKilled && one.open !== null).map((one) => one.cleanAfterMs);
  const on = trials.filter(({ open }) => open !== null && open.length > 0).length;
  const slowest = Math.max(0, ...byGuardian);
  console.log(
    `${count} runs killed, ${on} of them while a fault was on: ${dirty} left something; the slowest guardian took ${slowest} ms`,
  );
  process.exitCode = dirty === 0 ? 0 : 1;
}
