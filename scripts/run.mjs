// The way in for `npm run …` in a fresh clone: plain JavaScript without dependencies, until they are installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task = "", ...args] = process.argv.slice(2);

checkNode();
installDependencies();
const { buildTool, runScript } = await import("./build.mjs");
switch (task) {
  case "build":
    await buildTool({ clean: true });
    break;
  case "demo":
    await buildTool();
    process.argv.splice(2, process.argv.length, "demo", ...args);
    await import("../dist/proofload.js");
    break;
  case "check":
  case "test":
  case "bench":
  case "crash-test":
  case "guard":
  case "release-notes":
  case "picture":
    await buildTool();
    process.argv.splice(2, process.argv.length, ...args);
    await runScript(task);
    break;
  default:
    fail(`unknown task '${task}'`);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old: proofload needs 20.19 or newer.`);
}

// Our own record is written after npm's: an install that was cut off is done again.
function installDependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const record = join(root, "node_modules", ".proofload-lock");
  if (existsSync(record) && readFileSync(record, "utf8") === lock) return;
  process.stderr.write("Installing dependencies (npm ci)…\n");
  const npm = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status !== 0) fail("npm ci failed: see above.");
  writeFileSync(record, lock);
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`proofload: ${message}\n`);
  process.exit(2);
}
