import { messageOf } from "../../lib/errors.ts";
import type { Check } from "./check.ts";
import { bad, ok } from "./finding.ts";

/** Scenarios can be compiled: esbuild is a binary of its own, and installs that skip optional packages lack it. */
export const checkEsbuild: Check = {
  name: "esbuild",
  examine: async ({ machine }) => {
    try {
      return [ok("esbuild", `esbuild ${await machine.tryEsbuild()}`)];
    } catch (error) {
      const cause = `esbuild does not work: ${messageOf(error)}`;
      return [bad("esbuild", cause, "Install again on this machine, optional packages included: npm ci")];
    }
  },
};
