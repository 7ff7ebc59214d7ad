import type { OpenQueue } from "../shared/engine.ts";
import { fileDlq } from "./file.ts";
import { refuseForeign } from "./foreign.ts";
import { pathOf } from "./path.ts";

/** Opens the file that `PATH` or `file:PATH` names. @throws HookproofError `input-malformed` for a file of another kind */
export const open: OpenQueue = async (spec, world) => {
  const path = pathOf(spec, world.cwd);
  refuseForeign(path, spec);
  return fileDlq({ ...world, path });
};
