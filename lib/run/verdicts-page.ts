import { REASONS } from "./reasons.ts";
import type { ReasonCode } from "./reasons.ts";

const INTRO = `# Verdicts and their reasons

<!-- Made from the table in lib/run/reasons.ts: edit it there. -->

A verdict is \`pass\`, \`fail\`, \`inconclusive\` or \`error\` ([exit codes](exit-codes.md)). Everything in it has a reason with a stable code: each objective has one,
and the run has one for whatever stands against a pass. A run passes only if there is none but \`interval-inside\`, \`slices-held\` and
\`capacity-reached\`. \`verdict.json\` has them all; its JSON Schema is [schemas/verdict.schema.json](../schemas/verdict.schema.json).

## What weighs how much

Reasons of the load block a pass: \`load-not-delivered\` and those after it, up to \`threshold-unobserved\` and \`check-never-held\`, and
\`counts-disagree\`, \`script-error\`, \`k6-failed\`, \`test-aborted\`, \`test-marked-failed\`, \`load-unobserved\`. A fail stands beside them, unless
the generator or its machine was unwell (\`generator-saturated\`, \`machine-busy\`, \`script-error\`, \`load-unobserved\`): then nobody can say whose
failure it was, and the objective is inconclusive. Iterations that were dropped and VUs that were all busy take nothing from a fail: that is
what a slow service does to a healthy generator. Other programs on the machine make a service slow, never fast: they spoil a fail, but no pass.

A run that looks for the capacity (its phases are \`step/*\`) is decided by the rate that was held. A step passes when every objective in it
passed and its load was delivered by a healthy generator; steps above the one that was asked for may break, drop iterations, or never be
reached.

## All reasons
`;

/** docs/verdicts.md: every reason code with the verdict that it leads to, what it means, a message as an example, and the cure. */
export function verdictsPage(): string {
  const codes = Object.keys(REASONS) as ReasonCode[];
  const list = codes.map((code) => `- [\`${code}\`](#${code}): ${REASONS[code].leadsTo}`);
  return `${[INTRO, ...list, ...codes.map(sectionOf)].join("\n")}\n`;
}

function sectionOf(code: ReasonCode): string {
  const { leadsTo, means, example, cure } = REASONS[code];
  return `\n### ${code}\n\n**${leadsTo}.** ${means}\n\n\`\`\`text\n${example}\n\`\`\`\n\n${cure}`;
}
