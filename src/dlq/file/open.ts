import { isAbsolute, resolve } from "node:path";
import type { OpenQueue } from "../shared/engine.ts";
import { fileDlq } from "./file.ts";
import { refuseForeign } from "./foreign.ts";

/** The path in a queue's name; undefined where the name is not a file's. */
export const queueFile = (spec: string, cwd: string): string => {
  const named = spec.replace(/^file:(?:\/\/)?/i, "");
  return isAbsolute(named) ? named : resolve(cwd, named);
};

/** Opens the file that `PATH` or `file:PATH` names. @throws HookproofError `input-malformed` for a file of another kind */
export const open: OpenQueue = async (spec, world) => {
  const path = queueFile(spec, world.cwd);
  refuseForeign(path, spec);
  return fileDlq({ ...world, path });
};
