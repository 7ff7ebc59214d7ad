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
  if (major >= 22) cacheCode();
  try {
    require("../dist/main.cjs");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND" || !error.message.includes("../dist/main.cjs")) throw error;
    process.stderr.write("error: hookproof is not built\nhint: npm run build\n");
    process.exitCode = 3;
  }
}

// The call for V8's compile cache came with Node 22.8. It goes into the user's own folder: Node's default is the temporary one, where
// others could leave code for this user to run. Folder by folder, as Node's recursive way never ends where none can be.
function cacheCode() {
  const { enableCompileCache } = require("node:module");
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
  const caches = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && `${HOME}/.cache`);
  // A relative one would be in the current folder, where a repository could have left code.
  if (enableCompileCache === undefined || !caches || !require("node:path").isAbsolute(caches)) return;
  if (isThere(caches) && isThere(`${caches}/hookproof`)) enableCompileCache(`${caches}/hookproof`);
}

function isThere(folder) {
  try {
    require("node:fs").mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    return error.code === "EEXIST";
  }
}
