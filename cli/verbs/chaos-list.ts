import { FAULTS } from "../../chaos/faults/index.ts";
import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { experimentNames, readExperiment } from "../pipeline/read-config.ts";

/** `proofload chaos list`: the experiments of this project, and the kinds of faults that there are. */
export function chaosListVerb(env: Env, args: { readonly json?: true }): ExitCode {
  const experiments = experimentNames(env.cwd).map((name) => {
    const { title, faults } = readExperiment(env.cwd, name, { warmupSeconds: 0, seed: null, anySeed: 0 });
    return { name, title, faults: faults.map(({ kind, target }) => ({ kind, target })) };
  });
  const kinds = FAULTS.map(({ kind, nature, targetKind }) => ({ kind, nature, target: targetKind }));
  if (args.json === true) {
    env.stdout.write(`${JSON.stringify({ experiments, faults: kinds })}\n`);
    return 0;
  }
  const width = Math.max(
    0,
    ...[...experiments.map(({ name }) => name), ...kinds.map(({ kind }) => kind)].map((one) => one.length),
  );
  const lines = [
    "Experiments (chaos/experiments):",
    ...(experiments.length === 0 ? ["  none yet"] : []),
    ...experiments.map(({ name, title, faults }) => {
      const on = [...new Set(faults.map(({ kind, target }) => `${kind} on ${target}`))].join(", ");
      return `  ${name.padEnd(width)}  ${title} (${on})`;
    }),
    "",
    "Faults:",
    ...kinds.map(
      ({ kind, nature, target }) =>
        `  ${kind.padEnd(width)}  on a ${target}, ${nature === "held" ? "held for a time" : "at once"}`,
    ),
  ];
  env.stdout.write(`${lines.join("\n")}\n`);
  return 0;
}
