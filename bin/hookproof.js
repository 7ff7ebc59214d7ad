#!/usr/bin/env node
import { readFileSync } from "node:fs";

const [major = 0, minor = 0, patch = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && (minor < 18 || (minor === 18 && patch < 1)))) {
  process.stderr.write(`error: hookproof needs Node 20.18.1 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 3;
} else if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  // Asked so often that it is worth not loading the program for.
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  const { createRequire, enableCompileCache } = await import("node:module");
  enableCompileCache?.();
  try {
    createRequire(import.meta.url)("../dist/main.cjs");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND" || !error.message.includes("../dist/main.cjs")) throw error;
    process.stderr.write("error: hookproof is not built\nhint: npm run build\n");
    process.exitCode = 3;
  }
}
