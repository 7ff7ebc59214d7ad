import { HookproofError } from "../errors.ts";

/** An input file that cannot be read as what it seems to be: the file, the place, and what is wrong. */
export const malformed = (where: string, problem: string, hint?: string): HookproofError =>
  new HookproofError("input-malformed", `${where}: ${problem}`, hint === undefined ? {} : { hint });

/** The beginning of a text that may be megabytes, for a message. */
export const excerpt = (text: string, length = 40): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;
