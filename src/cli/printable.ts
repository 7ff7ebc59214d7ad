import { isUtf8 } from "node:buffer";
import { HookproofError } from "../errors.ts";
import { escapeCiCommands, isUnderCi } from "../values/ci.ts";
import { escapeBlock, safeJson, safeJsonText } from "../values/escape.ts";
import { maskUrlsInField, withoutPasswords } from "../values/masked-url.ts";
import type { Output, System } from "./system.ts";

// The last step before printing: a CI runner must not interpret a line as a command, and no URL may show its password.

/** Makes text for people safe to print. */
export const printableText = (text: string): string => withoutPasswords(escapeCiCommands(text));

/** Serializes a value as one line of JSON. */
export const printableJson = (value: unknown): string => {
  const json = safeJson(value);
  return withoutPasswords(json) !== json ? safeJsonText(JSON.stringify(value, maskUrlsInField)) : json;
};

/**
 * Bytes for programs: unchanged in a pipe or file, made safe on a terminal.
 * @throws HookproofError `unsupported` if a CI runner would interpret them as a command, since changing them would
 *   falsify the output
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

/**
 * A line of JSON from a file: unchanged in a pipe or file, otherwise with escapes for anything that could mislead a
 * terminal or CI runner.
 */
export const printableJsonLine = (line: string, output: Output, env: System["env"]): string =>
  output.isTTY === true || (isUnderCi(env) && output.isFile !== true) ? safeJsonText(line) : line;
