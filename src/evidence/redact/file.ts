import { utf8Text } from "../../request/request.ts";
import { readJson } from "../../values/json-text.ts";
import { redactJson } from "./body.ts";
import { redactLines } from "./lines.ts";
import type { Redactor } from "./redactor.ts";

/** What a file holds: that decides how names and values find each other in it. */
export type FileKind = "har" | "capture" | "log" | "curl";

/**
 * Masks a whole file. A HAR stays one, and each line of a capture a line of one; bodies in base64 are
 * opened, and stay base64 where nothing in them is masked.
 * @param name of the file, for the count of what was masked
 */
export const redactFile = (redactor: Redactor, data: Buffer, kind: FileKind, name: string): Buffer => {
  const text = utf8Text(data) ?? data.toString("latin1");
  return Buffer.from(masks[kind](redactor, text, name), utf8Text(data) === undefined ? "latin1" : "utf8");
};

const masks: Readonly<Record<FileKind, (redactor: Redactor, text: string, file: string) => string>> = {
  har: (redactor, text, file) => document(redactor, text, { file, place: "$" }),
  capture: (redactor, text, file) => byLine(redactor, text, file),
  log: (redactor, text, file) => byLine(redactor, text, file),
  // Continued lines are one command: an option and its value may stand on two.
  curl: (redactor, text, file) => redactor.text(text, { file, place: "command" }),
};

const document = (redactor: Redactor, text: string, at: { readonly file: string; readonly place: string }): string =>
  readJson(text) === undefined ? redactor.text(text, at) : redactJson(redactor, text, "redacted", [], at);

const byLine = (redactor: Redactor, text: string, file: string): string => {
  const lines = text.split("\n");
  return redactLines(redactor, lines, (index) => ({ file, place: `line ${index + 1}` })).join("\n");
};
