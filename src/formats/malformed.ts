import { HookproofError } from "../errors.ts";

/** The error for an input file that is malformed: names the file, the place, and the problem. */
export const malformed = (where: string, problem: string, hint?: string): HookproofError =>
  new HookproofError("input-malformed", `${where}: ${problem}`, hint === undefined ? {} : { hint });

/** The beginning of a text of any length, for a message. */
export const excerpt = (text: string, length = 40): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;
