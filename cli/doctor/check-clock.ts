import { httpRequest } from "../../lib/http.ts";
import { runningServices } from "./addresses.ts";
import type { Check, Surroundings } from "./check.ts";
import { bad, ok, warn } from "./finding.ts";
import type { Finding } from "./finding.ts";

const TIMEOUT_MS = 4000;
/** A Date header has whole seconds. */
const READING_ERROR_SECONDS = 0.5;
const CURE = "Let both machines keep time by NTP: timedatectl set-ntp true";

/** The clocks of those that answer already agree with this machine's: phases are told by it, samples by theirs. */
export const checkClock: Check = {
  name: "clock",
  examine: async (around) => {
    const { project } = around;
    if (project === null) return [];
    const { url, scrapeInterval } = project.filled.spec.prometheus;
    const most = Math.max(1, scrapeInterval) + READING_ERROR_SECONDS;
    const others = await Promise.all(
      runningServices(project).map(async ({ name, url }) => {
        const skew = await skewOf(around, url);
        return judge(name, skew, most, warn);
      }),
    );
    const prometheus = url === undefined ? [] : judge("Prometheus", await skewOf(around, `${url}/-/ready`), most, bad);
    return [...others.flat(), ...prometheus];
  },
};

type Judge = (check: string, cause: string, cure: string) => Finding;

function judge(name: string, skewSeconds: number | null, mostSeconds: number, wrong: Judge): readonly Finding[] {
  // Who does not answer, or tells no time, is the matter of another check.
  if (skewSeconds === null) return [];
  if (Math.abs(skewSeconds) <= mostSeconds) return [ok("clock", `${name}'s agrees within ${mostSeconds} s`)];
  return [wrong("clock", `${name}'s is ${skewSeconds.toFixed(1)} s off this machine's`, CURE)];
}

/** Its clock minus ours in seconds. */
async function skewOf({ env, signal }: Surroundings, url: string): Promise<number | null> {
  const before = env.clock.now();
  const reply = await httpRequest(env, url, { timeoutMs: TIMEOUT_MS, signal }).catch(() => null);
  if (reply === null || reply.dateMs === null) return null;
  return (reply.dateMs + READING_ERROR_SECONDS * 1000 - (before + env.clock.now()) / 2) / 1000;
}
