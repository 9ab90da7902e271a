import { expect, test } from "vitest";

import type { Env, SignalName } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { listenForInterrupt } from "./interrupt.ts";

function stage(): {
  env: Env;
  send: (signal: SignalName) => void;
  pass: (ms: number) => void;
  said: () => string;
  left: () => number | null;
} {
  let listener: (signal: SignalName) => void = () => undefined;
  let nowMs = 0;
  let said = "";
  let left: number | null = null;
  const node = createNodeEnv();
  const env: Env = {
    ...node,
    clock: { ...node.clock, monotonicMs: () => nowMs },
    stderr: { write: (text) => void (said += text), isTTY: false, columns: 80 },
    onSignal: (on) => {
      listener = on;
      return () => undefined;
    },
    exit: (code) => {
      left = code;
      return undefined as never;
    },
  };
  return {
    env,
    send: (signal) => listener(signal),
    pass: (ms) => (nowMs += ms),
    said: () => said,
    left: () => left,
  };
}

test("the first signal ends the run in order, the second says what it waits for, the third leaves with 5", () => {
  const { env, send, pass, said, left } = stage();
  const interrupt = listenForInterrupt(env);
  send("SIGINT");
  expect(interrupt.signal.reason).toMatchObject({ exitCode: 130 });
  interrupt.waitingFor("api to end");
  interrupt.ifLeft(() => ["kill -CONT 123"]);
  pass(1000);
  send("SIGTERM");
  expect(said()).toContain("waiting for api to end");
  expect(interrupt.cause()).toBe("SIGINT");
  expect(left()).toBeNull();
  pass(1000);
  send("SIGINT");
  expect(left()).toBe(5);
  expect(said()).toContain("proofload chaos recover");
  expect(said()).toContain("By hand:\n  kill -CONT 123\n");
});

test("a keypress that arrives twice, from the terminal and from npm, counts once", () => {
  const { env, send, pass, said } = stage();
  const interrupt = listenForInterrupt(env);
  send("SIGINT");
  pass(20);
  send("SIGINT");
  expect(interrupt.signal.aborted).toBe(true);
  expect(said()).not.toContain("Still waiting");
});

test("SIGTERM ends with 143", () => {
  const { env, send } = stage();
  const interrupt = listenForInterrupt(env);
  send("SIGTERM");
  expect(interrupt.signal.reason).toMatchObject({ exitCode: 143, message: "ended by SIGTERM" });
});
