import { HookproofError } from "../../errors.ts";
import { isCaptureLine } from "../../formats/capture.ts";
import { looksCurl } from "../../formats/formats.ts";
import { utf8Text } from "../../request/request.ts";
import { readJson } from "../../values/json-text.ts";
import { redactJson } from "./body.ts";
import { redactLines } from "./lines.ts";
import type { Redactor } from "./redactor.ts";

/** The kind of a file, which decides how names and values are matched in it. */
export type FileKind = "har" | "json" | "capture" | "log" | "curl";

/**
 * Masks a whole file. HAR files and capture lines stay valid; base64 bodies are decoded, masked and encoded again.
 * @param name the file's name, for the count of what was masked
 */
export const redactFile = (redactor: Redactor, data: Buffer, kind: FileKind, name: string): Buffer => {
  const text = utf8Text(data) ?? data.toString("latin1");
  const bare = text.startsWith(mark) ? text.slice(1) : text;
  const masked = text.slice(0, text.length - bare.length) + masks[kind](redactor, bare, name);
  return Buffer.from(masked, utf8Text(data) === undefined ? "latin1" : "utf8");
};

const masks: Readonly<Record<FileKind, (redactor: Redactor, text: string, file: string) => string>> = {
  har: (redactor, text, file) => document(redactor, text, { file, place: "$" }),
  json: (redactor, text, file) => document(redactor, text, { file, place: "$" }),
  capture: (redactor, text, file) => byLine(redactor, text, file),
  log: (redactor, text, file) => byLine(redactor, text, file),
  // Continued lines are one command: an option and its value may be on different lines.
  curl: (redactor, text, file) => redactor.text(text, { file, place: "command" }),
};

const document = (redactor: Redactor, text: string, at: { readonly file: string; readonly place: string }): string =>
  readJson(text) === undefined ? redactor.text(text, at) : redactJson(redactor, text, "redacted", [], at);

const mark = "\uFEFF";

const byLine = (redactor: Redactor, text: string, file: string): string => {
  const lines = text.split("\n");
  return redactLines(redactor, lines, (index) => ({ file, place: `line ${index + 1}` })).join("\n");
};

/** The kind of a file judged by its beginning; `whole` if all of it must be read to decide and to mask it. */
export const kindByBeginning = (beginning: Buffer, name: string): "capture" | "log" | "whole" => {
  for (const [magic, what] of notText)
    if (beginning.toString("hex", 0, 4).startsWith(magic)) throw new HookproofError("input-malformed", ...what(name));
  const text = beginning.toString("utf8").replace(mark, "");
  if (looksCurl(beginning)) return "whole";
  // `[2026-11-30 …] …` and `{'a': …}` are log lines, not JSON.
  if (!/^\s*(?:\{\s*["}]|\[\s*[[{"\]])/.test(text)) return "log";
  const first = text.trimStart().split("\n", 1)[0] ?? "";
  if (readJson(first) === undefined || text.trim() === first.trim()) return "whole";
  return isCaptureLine(JSON.parse(first)) ? "capture" : "log";
};

/** The kind of a file that was read completely. */
export const kindOfWhole = (data: Buffer): FileKind => {
  if (looksCurl(data)) return "curl";
  const text = data.toString("utf8").replace(mark, "");
  if (readJson(text) === undefined) return "log";
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "log" in value) return "har";
  return isCaptureLine(value) && !text.trim().includes("\n") ? "capture" : "json";
};

const packed = (how: string, hint: string) => (name: string) =>
  [`${name} is ${how}: nothing in it can be masked`, { hint }] as const;

const notText: readonly (readonly [magic: string, what: ReturnType<typeof packed>])[] = [
  ["1f8b", packed("gzip-compressed", "unpack it first: gunzip -c FILE | hookproof redact -")],
  [
    "504b0304",
    packed(
      "a zip archive",
      "unpack it first; for an evidence bundle: hookproof evidence redact FILE --rules RULES -o OUTPUT",
    ),
  ],
  ["fffe", packed("UTF-16 text, as PowerShell's > writes it", "save it as UTF-8")],
  ["feff", packed("UTF-16 text", "save it as UTF-8")],
];
