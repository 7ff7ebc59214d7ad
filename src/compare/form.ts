import { utf8Text } from "../request/request.ts";
import { finding } from "./words.ts";
import type { CompareFinding } from "./words.ts";

const decoder = "a proxy, gateway or form parser that decodes the fields and re-encodes them, or not at all";
const parser = "a form parser such as express.urlencoded() followed by JSON.stringify(req.body), or an API gateway";

/** Detects the same form fields in a different encoding: percent and plus decoded or re-encoded. */
export const formCause = (sent: Buffer, received: Buffer, at: number): CompareFinding | undefined => {
  const [before, after] = [utf8Text(sent), utf8Text(received)];
  if (before === undefined || after === undefined || !/^[^\s={[]+=/.test(before.slice(0, 4096))) return undefined;
  const fields = new URLSearchParams(before);
  if (decodedForm(before) === after) return finding("body-escapes", "the form was percent-decoded", at, decoder);
  if (new URLSearchParams(after).toString() === fields.toString()) {
    return finding("body-escapes", "the form's fields are percent-encoded differently", at, decoder);
  }
  const value = after.startsWith("{") ? objectIn(after) : undefined;
  if (value !== undefined && [...fields].every(([name, text]) => String(value[name]) === text)) {
    return finding("body-reserialized", "the form was turned into JSON", 0, parser);
  }
  return undefined;
};

const decodedForm = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
};

const objectIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
};
