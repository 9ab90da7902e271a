import { existsSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";

import { makeFolder } from "../../lib/make-folder.ts";
import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { projectFiles, projectName } from "../init/project-files.ts";
import { readUrl } from "../init/read-url.ts";
import { ignoreRuns, writeFiles } from "../init/write-files.ts";
import type { Written } from "../init/write-files.ts";

export interface InitArguments {
  readonly url?: string;
  readonly dir?: string;
  readonly force?: true;
}

const DEFAULT_URL = "http://127.0.0.1:8080";
const TYPES = "@types/k6";

/** `proofload init`: lays out a project for a service at a URL; a bad URL is a usage error (exit code 2). */
export function initVerb(env: Env, args: InitArguments): ExitCode {
  const address = readUrl(args.url ?? DEFAULT_URL);
  const dir = resolve(env.cwd, args.dir ?? ".");
  makeFolder(dir);
  const files = projectFiles(env, projectName(basename(dir)), address);
  const written = [...writeFiles(dir, files, args.force === true), ignoreRuns(dir)];
  env.stdout.write(`${lines(env, { args, dir, written, https: address.protocol === "https" }).join("\n")}\n`);
  return 0;
}

interface Told {
  readonly args: InitArguments;
  readonly dir: string;
  readonly written: readonly Written[];
  readonly https: boolean;
}

function lines(env: Env, { args, dir, written, https }: Told): readonly string[] {
  const kept = written.some(({ path, what }) => what === "kept" && path !== ".gitignore" && path !== "package.json");
  const isNew = (wanted: string): boolean => written.some(({ path, what }) => path === wanted && what !== "kept");
  const notes = [
    ...(args.url === undefined && isNew("proofload.yaml")
      ? [`The service is taken to be at ${DEFAULT_URL}: change it in proofload.yaml.`]
      : []),
    ...(https && isNew("proofload.yaml")
      ? ["An https service gets no proxy, so there is no experiment: proofload.yaml says why."]
      : []),
    ...(kept ? ["What was there is kept; --force overwrites it (package.json never)."] : []),
    ...missingPackages(dir),
  ];
  const next = isNew("package.json")
    ? ["npm install", "npx proofload run smoke"]
    : ["npx proofload doctor", "npx proofload run smoke"];
  const there = relative(env.cwd, dir);
  return [
    ...written.map(({ path, what }) => `${what.padEnd(11)} ${path}`),
    ...(notes.length === 0 ? [] : ["", ...notes]),
    "",
    "Next:",
    ...next.map((command, index) => `  ${index === 0 && there !== "" ? `cd ${there} && ` : ""}${command}`),
  ];
}

/** A package.json that was there is the user's: what it lacks is told. */
function missingPackages(dir: string): readonly string[] {
  const installed = (name: string): boolean => existsSync(join(dir, "node_modules", ...name.split("/")));
  const text = readFileSync(join(dir, "package.json"), "utf8");
  const missing = ["proofload", TYPES].filter((name) => !text.includes(`"${name}"`) && !installed(name));
  if (missing.length === 0) return [];
  return [`package.json lacks ${missing.join(" and ")}: npm install --save-dev ${missing.join(" ")}`];
}
