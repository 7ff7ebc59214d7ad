import { existsSync, realpathSync } from "node:fs";
import { inputLimits } from "../../storage/input.ts";
import type { OpenQueue } from "../shared/engine.ts";
import { fileDlq } from "./file.ts";
import { refuseForeign } from "./foreign.ts";
import { pathOf } from "./path.ts";

/** Opens the file named by `PATH` or `file:PATH`. @throws HookproofError `input-malformed` if the file isn't a queue */
export const open: OpenQueue = async (spec, deps) => {
  const named = pathOf(spec, deps.cwd);
  refuseForeign(named, spec);
  // Resolves symbolic links: the lock file is next to the real file, and compaction would replace a link with a file.
  const path = existsSync(named) ? realpathSync(named) : named;
  return fileDlq({
    path,
    processInfo: deps.processInfo,
    now: deps.now,
    randomBytes: deps.randomBytes,
    longestLine: deps.inputLimit?.("line") ?? inputLimits.line,
  });
};
