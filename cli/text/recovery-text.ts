import type { Recovery } from "../../chaos/recover.ts";

/** What a recovery did, a line each; nothing for a run that still goes on. */
export function recoveryText(recovery: Recovery): readonly string[] {
  switch (recovery.kind) {
    case "running":
      return [];
    case "failed":
      return [];
    case "recovered": {
      const undone = recovery.undone.flatMap((result) =>
        result.kind === "undone"
          ? [`run ${recovery.runId}: undid ${result.fault.fault} on ${result.fault.target}`]
          : [],
      );
      const ended = recovery.service.flatMap((result) =>
        result.kind === "paid" ? [`run ${recovery.runId}: ended ${result.what}`] : [],
      );
      return [
        ...undone,
        ...ended,
        `run ${recovery.runId}, which was cut off: its faults and programs were looked after`,
      ];
    }
  }
}

/** What a recovery could not end. */
export function recoveryProblems(recovery: Recovery): readonly string[] {
  return [...faultProblems(recovery), ...serviceProblems(recovery)];
}

/** Faults and programs that are still there: whoever measures beside them measures them, too. */
export function faultProblems(recovery: Recovery): readonly string[] {
  if (recovery.kind === "failed") return [`what ${recovery.path} tells of: ${recovery.message}`];
  if (recovery.kind === "running") return [];
  return [
    ...recovery.undone.flatMap((result) =>
      result.kind === "left" ? [`${result.fault.fault} on ${result.fault.target}: ${result.message}`] : [],
    ),
    ...(recovery.unread === null ? [] : [recovery.unread]),
    ...recovery.processesLeft.map((pid) => `process ${pid} of run ${recovery.runId}`),
  ];
}

/** Services whose stop command failed: they concern their own project. */
export function serviceProblems(recovery: Recovery): readonly string[] {
  if (recovery.kind !== "recovered") return [];
  return recovery.service.flatMap((result) =>
    result.kind === "left" ? [`${result.what} of run ${recovery.runId}: ${result.message}`] : [],
  );
}
