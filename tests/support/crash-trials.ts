import { crashTrial } from "./crash-trial.ts";
import type { CrashTrial } from "./crash-trial.ts";

/** On two cores: more would make each so slow that its moments bunch up in its start. */
const AT_ONCE = 4;

/** So many trials with the seeds from 1 on, a few at the same time; `onTrial` hears of each. */
export async function crashTrials(
  count: number,
  onTrial: (trial: CrashTrial) => void = () => undefined,
): Promise<readonly CrashTrial[]> {
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const trials: CrashTrial[] = [];
  const work = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const trial = await crashTrial(seed);
      trials.push(trial);
      onTrial(trial);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return trials;
}
