import type { FaultWorld, Proof } from "../fault.ts";
import type { ProxyTarget } from "../toxic-fault.ts";
import { mustAnswer, probe, probeWords } from "./probe.ts";
import type { ProbeEnd } from "./probe.ts";

const PROBES = 3;
const ANSWER_MS = 5000;

/** What of a proxy must answer before anything is lost in it. */
export async function answersOnBothPaths(world: FaultWorld, { probeUrl, directUrl }: ProxyTarget): Promise<void> {
  await mustAnswer(world, probeUrl, ANSWER_MS);
  await mustAnswer(world, directUrl, ANSWER_MS);
}

export interface LossOptions {
  /** How requests through the proxy must end. */
  readonly end: ProbeEnd["kind"];
  /** In words: `refused`. */
  readonly word: string;
  readonly timeoutMs: number;
}

/** Asks a few times through the proxy: all must end as they should, while the path past it answers. */
export async function proveLoss(world: FaultWorld, target: ProxyTarget, options: LossOptions): Promise<Proof> {
  const ends: ProbeEnd[] = [];
  for (let time = 0; time < PROBES; time += 1) ends.push(await probe(world, target.probeUrl, options.timeoutMs));
  const direct = await probe(world, target.directUrl, ANSWER_MS);
  const lost = ends.filter(({ kind }) => kind === options.end);
  const other = ends.find(({ kind }) => kind !== options.end);
  const byUs = direct.kind === "answered";
  return {
    held: other === undefined && byUs,
    measurement: share(`requests through the proxy ${options.word}`, 0, 100, lost.length),
    message: !byUs
      ? `the path past the proxy does not answer either (${probeWords(direct)}), so the fault is not what stops it`
      : other === undefined
        ? `requests through the proxy are ${options.word}`
        : `a request through the proxy was not ${options.word}: ${probeWords(other)}`,
  };
}

/** Asks a few times through the proxy: all must be answered. */
export async function proveNoLoss(world: FaultWorld, { probeUrl }: ProxyTarget): Promise<Proof> {
  const ends: ProbeEnd[] = [];
  for (let time = 0; time < PROBES; time += 1) ends.push(await probe(world, probeUrl, ANSWER_MS));
  const bad = ends.find(({ kind }) => kind !== "answered");
  const answered = ends.filter(({ kind }) => kind === "answered").length;
  return {
    held: bad === undefined,
    measurement: share("requests through the proxy answered", null, 100, answered),
    message: bad === undefined ? "requests through the proxy are answered" : probeWords(bad),
  };
}

function share(what: string, before: number | null, asked: number, of: number): NonNullable<Proof["measurement"]> {
  return { what, unit: "%", before, asked, measured: Math.round((100 * of) / PROBES) };
}
