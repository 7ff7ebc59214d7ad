import { existsSync, realpathSync } from "node:fs";
import { inputLimits } from "../../storage/input.ts";
import type { OpenQueue } from "../shared/engine.ts";
import { fileDlq } from "./file.ts";
import { refuseForeign } from "./foreign.ts";
import { pathOf } from "./path.ts";

/** Opens the file that `PATH` or `file:PATH` names. @throws HookproofError `input-malformed` for a file of another kind */
export const open: OpenQueue = async (spec, deps) => {
  const named = pathOf(spec, deps.cwd);
  refuseForeign(named, spec);
  // By its one real name: the lock stands beside it, and a compaction would put a file in a link's place.
  const path = existsSync(named) ? realpathSync(named) : named;
  return fileDlq({
    path,
    processInfo: deps.processInfo,
    now: deps.now,
    randomBytes: deps.randomBytes,
    longestLine: deps.inputLimit?.("line") ?? inputLimits.line,
  });
};
