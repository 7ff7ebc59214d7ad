import type { Context } from "../../cli/context.ts";
import type { Packed } from "../../evidence/bundle/read.ts";

/** Reads the archive named on the command line. @throws HookproofError `input-unreadable`, `input-too-large` */
export const bundleAt = async (context: Context, file: string): Promise<Packed> => ({
  bytes: await context.readInput(file, "bundle"),
  displayName: file === "-" ? "standard input" : file,
  limit: context.inputLimit("bundle"),
});
