import { isUtf8 } from "node:buffer";
import { HookproofError } from "../errors.ts";
import { escapeCiCommands, isUnderCi } from "../values/ci.ts";
import { escapeBlock, safeJson, safeJsonText } from "../values/escape.ts";
import { maskUrlsInField, withoutPasswords } from "../values/masked-url.ts";
import type { Output, System } from "./system.ts";

// The last step before anything is printed: no line is a command to a CI runner, and no URL shows its password.

/** Text for people as it goes out. */
export const printableText = (text: string): string => withoutPasswords(escapeCiCommands(text));

/** A value as a line of JSON. */
export const printableJson = (value: unknown): string => {
  const json = safeJson(value);
  return withoutPasswords(json) !== json ? safeJsonText(JSON.stringify(value, maskUrlsInField)) : json;
};

/**
 * Bytes that a program may read: as they are in a pipe or file, and made safe to show on a terminal.
 * @throws HookproofError `unsupported` where a CI runner would take them for a command: changed, they would not be what
 *   was asked for
 */
export const printableBytes = (bytes: Uint8Array, output: Output, env: System["env"]): string | Uint8Array => {
  if (output.isTTY !== true && (output.isFile === true || !isUnderCi(env))) return bytes;
  const text = Buffer.from(bytes).toString(isUtf8(bytes) ? "utf8" : "latin1");
  if (output.isTTY === true) return printableText(escapeBlock(text));
  if (escapeCiCommands(text) === text) return bytes;
  throw new HookproofError("unsupported", "the output contains a command for the CI runner", {
    hint: "write it to a file: > FILE",
  });
};

/** A line of JSON from a file: as it is in a pipe or file, else with what could mislead a terminal or runner as escapes. */
export const printableJsonLine = (line: string, output: Output, env: System["env"]): string =>
  output.isTTY === true || (isUnderCi(env) && output.isFile !== true) ? safeJsonText(line) : line;
