import type { HeaderPair } from "../request/request.ts";

/** The head of a final answer. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
}

/** A head, and what it says of the body and the connection. */
export interface ReadHead {
  readonly head: AnswerHead;
  readonly length: string | undefined;
  /** Transfer-Encoding, in lower case; empty where it is not there. */
  readonly coding: string;
  readonly keepsAlive: boolean;
  /** `Keep-Alive: timeout=` in milliseconds. */
  readonly idleMs: number | undefined;
}

/**
 * Reads an answer's head.
 * @param text its lines, one character a byte, without the empty one at the end
 * @returns what it says, or what is wrong with it
 */
export const readHead = (text: string): ReadHead | string => {
  const lines = text.split("\r\n");
  const first = lines.shift() ?? "";
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/s.exec(first) ?? [];
  if (code === undefined) return "its first line is not a status line";
  if (text.length - first.length !== 0 && /[^\r]\n|\r[^\n]|\0/.test(text))
    return "its head holds a stray control character";
  const headers: HeaderPair[] = [];
  let length: string | undefined;
  let idleMs: number | undefined;
  let coding = "";
  let connection = "";
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return "a line of its head is not a header";
    const value = withoutBlanks(line, colon + 1);
    headers.push([name, value]);
    // Four names matter; their lengths tell most others apart before they are lower-cased.
    switch (name.length === 10 || name.length === 14 || name.length === 17 ? name.toLowerCase() : "") {
      case "content-length":
        if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== value))
          return "its Content-Length is not one number";
        length = value;
        break;
      case "transfer-encoding":
        coding += `,${value.toLowerCase()}`;
        break;
      case "connection":
        connection += `,${value.toLowerCase()}`;
        break;
      case "keep-alive": {
        const seconds = /\btimeout=(\d{1,6})\b/i.exec(value)?.[1];
        if (seconds !== undefined) idleMs = Number(seconds) * 1000;
        break;
      }
      default:
    }
  }
  const status = Number(code);
  if (status < 100) return "its status is not between 100 and 999";
  if (isFinal(status) && coding !== "" && length !== undefined)
    return "it has both Content-Length and Transfer-Encoding";
  const tokens = connection === "" ? [] : connection.split(",").map((token) => token.trim());
  const keepsAlive = status !== 101 && !tokens.includes("close") && (minor === "1" || tokens.includes("keep-alive"));
  return { head: { status, headers }, length, coding, keepsAlive, idleMs };
};

/** Whether the answer follows in this head: 101 ends HTTP on its connection, the other 1xx announce. */
export const isFinal = (status: number): boolean => status >= 200 || status === 101;

/** The rest of a line without the blanks around it. */
const withoutBlanks = (line: string, from: number): string => {
  let [start, end] = [from, line.length];
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
};

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
