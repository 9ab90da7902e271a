import { badScenario } from "./bad-scenario.ts";

/**
 * Sees to it that a scenario's load goes to the service of proofload.yaml: it must read the service's URL from its environment, or have
 * it written in it. Else exit code 2, because a run would judge one service by load on another.
 */
export function checkTarget(file: string, bundleText: string, serviceUrl: string): void {
  if (bundleText.includes("PROOFLOAD_TARGET_URL") || bundleText.includes(new URL(serviceUrl).host)) return;
  throw badScenario(
    file,
    `its requests don't go to the service: it neither reads __ENV.PROOFLOAD_TARGET_URL nor names ${new URL(serviceUrl).host}`,
    "Build its URLs on __ENV.PROOFLOAD_TARGET_URL, or make its requests with endpoint() of proofload/kit.",
  );
}
