import { parseReplies } from "../../listener/respond.ts";
import type { ReplyScript } from "../../listener/respond.ts";
import { parseSize } from "../../values/size.ts";
import type { Parse } from "../../cli/inputs.ts";
import { timeLimit } from "../../cli/value-parsers.ts";

// Values that the help shows as they were written.

export const scriptOf = (
  text: string,
): { readonly text: string; readonly script: ReplyScript; toString(): string } => ({
  text,
  script: parseReplies(text),
  toString: () => text,
});

export const sizeOf = (text: string): { readonly bytes: number; toString(): string } => ({
  bytes: parseSize(text),
  toString: () => text,
});

interface Time {
  readonly ms: number;
  toString(): string;
}

export const timeOf: Parse<Time> = (text, at) => ({ ms: timeLimit(text, at), toString: () => text });

/** A platform waits 30 s at most: a target that takes longer has failed already. */
export const usualTime: Time = { ms: 30_000, toString: () => "30s" };
