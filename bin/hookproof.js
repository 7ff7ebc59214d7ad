#!/usr/bin/env node
"use strict";

// CommonJS in syntax that Node 12 can parse, so that an old Node prints the message below; it also starts faster than
// an ES module.
const [major, minor, patch] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && (minor < 18 || (minor === 18 && patch < 1)))) {
  process.stderr.write(`error: hookproof needs Node 20.18.1 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 3;
} else if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  // `--version` is called so often that it is answered without loading the program.
  const line = `${require("../package.json").version}\n`;
  try {
    // Creating Node's stdout stream costs more than the rest of this file.
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

// enableCompileCache exists since Node 22.8. The cache goes into the user's own folder: Node's default is the temporary
// folder, where other users could plant code for this user to run. Each folder is checked or created one at a time,
// because Node's recursive creation never returns where no folder can be created.
function cacheCode() {
  const { enableCompileCache } = require("node:module");
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
  const caches = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && `${HOME}/.cache`);
  // A relative path would point into the current folder, where a repository could have planted code.
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
