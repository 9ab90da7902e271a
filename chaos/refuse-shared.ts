import { usageError } from "../lib/errors.ts";
import type { ActiveFault } from "./active-fault.ts";
import { targetRef } from "./target.ts";

/** Throws (exit code 2) when two targets of one kind of fault are one thing below, such as containers that share a network: it would be broken twice. */
export function refuseShared(active: readonly ActiveFault[]): void {
  for (const [index, one] of active.entries()) {
    const twin = active.slice(index + 1).find(({ plan, target, ready }) => {
      const isOther = plan.kind === one.plan.kind && targetRef(target) !== targetRef(one.target);
      return isOther && ready.locks.some((lock) => one.ready.locks.includes(lock));
    });
    if (twin === undefined) continue;
    throw usageError(
      "shared-target",
      `${targetRef(one.target)} and ${targetRef(twin.target)} share what ${one.plan.kind} would break: it would be broken twice`,
      "Take one of them; the other one meets the fault, too.",
    );
  }
}
