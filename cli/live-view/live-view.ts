import { createLogUpdate } from "log-update";

import type { Env } from "../../lib/env.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import { readNumbers } from "./read-numbers.ts";
import { statusLines, timelineText } from "./status-text.ts";
import type { RunState } from "./status-text.ts";

/** What a person sees while a run goes on: a block that is redrawn on a terminal, plain lines elsewhere. */
export interface LiveView {
  /** Says what is being done, before and after the load. */
  step(text: string): void;
  event(event: RunEvent): void;
  /** From here on numbers are shown, read from Prometheus. */
  loadStarted(prometheus: PrometheusClient): void;
  stop(): Promise<void>;
}

/** k6 pushes once a second: what is newer may be there in part only. */
const PUSHED_AFTER_SECONDS = 1.2;
const TTY_EVERY_MS = 1000;
const LINE_EVERY_MS = 5000;

/** A live view on standard error, so that standard output holds results only. */
export function createLiveView(env: Env, plan: RunPlan): LiveView {
  const out = env.stderr;
  const block = out.isTTY ? createLogUpdate(terminal(env), { showCursor: true }) : null;
  const stopping = new AbortController();
  let state: RunState = { plan, step: "preparing", phase: null, loadStartedMs: null, faults: {}, prometheus: "there" };
  let loop: Promise<void> = Promise.resolve();

  const say = (line: string): void => {
    if (block === null) return out.write(`${line}\n`);
    block.clear();
    out.write(`${line}\n`);
  };
  return {
    step: (text) => {
      state = { ...state, step: text };
      if (block === null) out.write(`${text}…\n`);
      else if (state.loadStartedMs === null) block(`${text}…`);
    },
    event: (event) => {
      state = reduce(state, event);
      const text = timelineText(event, state, env.clock.monotonicMs());
      if (text !== null) say(text);
    },
    loadStarted: (prometheus) => {
      state = { ...state, loadStartedMs: env.clock.monotonicMs() };
      const draw = async (): Promise<void> => {
        while (!stopping.signal.aborted) {
          const numbers = await readNumbers(prometheus, plan, env.clock.now() / 1000 - PUSHED_AFTER_SECONDS);
          if (stopping.signal.aborted) return;
          const lines = statusLines(state, numbers, env.clock.monotonicMs());
          if (block === null) out.write(`${lines.join(" · ")}\n`);
          else block(lines.join("\n"));
          await env.clock.sleep(block === null ? LINE_EVERY_MS : TTY_EVERY_MS, stopping.signal).catch(() => undefined);
        }
      };
      loop = draw();
    },
    stop: async () => {
      stopping.abort(new Error("stopped"));
      await loop;
      block?.clear();
    },
  };
}

function reduce(state: RunState, event: RunEvent): RunState {
  const withFault = (fault: string, text: string): RunState => ({
    ...state,
    faults: { ...state.faults, [fault]: text },
  });
  switch (event.type) {
    case "phase":
      return { ...state, phase: event.phase };
    case "fault-injected":
      return withFault(event.fault, "on");
    case "fault-proven":
      return withFault(event.fault, "on, proven");
    case "fault-unproven":
      return withFault(event.fault, "without effect");
    case "fault-undone":
      return withFault(event.fault, "off");
    case "fault-left-behind":
      return withFault(event.fault, "LEFT BEHIND");
    case "prometheus-lost":
      return { ...state, prometheus: "away" };
    case "prometheus-back":
      return { ...state, prometheus: "there" };
    default:
      return state;
  }
}

/** What log-update needs of a stream. */
function terminal(env: Env): NodeJS.WritableStream {
  const stream = {
    isTTY: true,
    get columns() {
      return env.stderr.columns;
    },
    rows: 24,
    write: (text: string) => {
      env.stderr.write(text);
      return true;
    },
  };
  return stream as unknown as NodeJS.WritableStream;
}
