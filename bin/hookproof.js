#!/usr/bin/env node
"use strict";

// CommonJS, and nothing that Node 12 cannot read: an old Node gets the message below, and a new one starts sooner.
const [major, minor, patch] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && (minor < 18 || (minor === 18 && patch < 1)))) {
  process.stderr.write(`error: hookproof needs Node 20.18.1 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 3;
} else if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  // Asked so often that it is worth not loading the program for.
  const line = `${require("../package.json").version}\n`;
  try {
    // Node's stream for stdout costs more than all the rest of this file.
    require("node:fs").writeSync(1, line);
  } catch {
    process.stdout.write(line);
  }
} else {
  // V8's compile cache came with Node 22.1; to look for it costs Node 20 a module.
  const { enableCompileCache } = major < 22 ? {} : require("node:module");
  if (enableCompileCache !== undefined) enableCompileCache();
  try {
    require("../dist/main.cjs");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND" || !error.message.includes("../dist/main.cjs")) throw error;
    process.stderr.write("error: hookproof is not built\nhint: npm run build\n");
    process.exitCode = 3;
  }
}
