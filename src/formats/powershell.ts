import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { originForm } from "../request/request.ts";
import { byteText } from "./latin1.ts";
import { malformed } from "./malformed.ts";
import { Scanner } from "./scanner.ts";

/** Whether the bytes begin like the PowerShell command that browsers copy. */
export const looksPowerShell = (bytes: Buffer): boolean =>
  /^\s{0,100}(?:PS [^>\r\n]{0,300}> ?)?(?:\$\w{1,60}\s{0,10}=|(?:curl|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\s)/i.test(
    bytes.toString("latin1", 0, 600),
  ) && /\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b/i.test(bytes.toString("latin1", 0, 256 * 1024));

/**
 * Reads `Invoke-WebRequest` and `Invoke-RestMethod` as Chrome, Edge and Firefox copy them ("Copy as PowerShell"):
 * quoted strings, `@{…}` tables, `$([char]N)`, and a body as the UTF-8 bytes of a string. Nothing is executed; other
 * expressions are refused.
 * @throws HookproofError `input-malformed`
 */
export const readPowerShell = (bytes: Buffer, name: string): WebhookRequest => {
  const text = bytes.toString("utf8");
  const start = /\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b/i.exec(text)?.index ?? 0;
  const reader = new Reader(text, start, name);
  const headers: HeaderPair[] = [];
  const agent = /^\$\w{1,60}\.UserAgent\s{0,10}=\s{0,10}"/im.exec(text.slice(0, start));
  if (agent !== null) headers.push(["User-Agent", new Reader(text, agent.index + agent[0].length - 1, name).quoted()]);
  let [url, method, type, body]: (string | undefined)[] = [];
  for (let option = reader.option(); option !== undefined; option = reader.option()) {
    if (option === "headers") headers.push(...reader.table());
    else if (option === "uri") url = reader.value();
    else if (option === "method") method = reader.value();
    else if (option === "contenttype") type = reader.value();
    else if (option === "useragent") headers.push(["User-Agent", reader.value()]);
    else if (option === "body") body = reader.value();
    else if (option === "websession") reader.variable();
  }
  if (url === undefined || !/^https?:\/\/[^/?#\s]/i.test(url)) throw malformed(name, "the command has no quoted -Uri");
  if (type !== undefined) headers.push(["Content-Type", type]);
  return {
    method: method?.toUpperCase() ?? "GET",
    target: byteText(originForm(url)),
    url,
    headers: headers.filter(([key]) => !pseudo.has(key)).map(([key, value]) => [byteText(key), byteText(value)]),
    body: Buffer.from(body ?? "", "utf8"),
  };
};

/** Chrome lists HTTP/2's pseudo-headers without their colon. */
const pseudo = new Set(["authority", "method", "path", "scheme"]);

class Reader extends Scanner {
  readonly name: string;

  constructor(text: string, at: number, name: string) {
    super(text, at);
    this.name = name;
  }

  /** Skips spaces; a backtick at the end of a line continues it. */
  blank(): void {
    while (this.take(/[ \t\r\n]{1,1000}|`(?=\r?\n)/y) !== undefined);
  }

  refuse(what: string): Error {
    return malformed(this.name, `the command has ${what} that only PowerShell can evaluate`, "choose Copy as cURL");
  }

  option(): string | undefined {
    this.take(/(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b/iy);
    for (;;) {
      this.blank();
      const name = this.take(/-([A-Za-z]{1,40})/y)?.[1]?.toLowerCase();
      if (name !== "usebasicparsing") return name;
    }
  }

  variable(): void {
    this.blank();
    this.take(/\$\w{1,60}/y);
  }

  value(): string {
    this.blank();
    const bytes = this.take(/\(\[System\.Text\.Encoding\]::UTF8\.GetBytes\(/iy);
    if (bytes !== undefined) {
      const text = this.value();
      this.take(/\s{0,20}\)\s{0,20}\)/y);
      return text;
    }
    const char = this.text[this.at];
    if (char === '"' || char === "'") return this.quoted();
    const word = this.take(/[^\s$@(`"']{1,8000}/y)?.[0];
    if (word === undefined) throw this.refuse("a value");
    return word;
  }

  table(): readonly HeaderPair[] {
    this.blank();
    if (this.take(/@\{/y) === undefined) throw this.refuse("headers");
    const pairs: HeaderPair[] = [];
    for (;;) {
      this.take(/[\s;]{0,1000}/y);
      if (this.take(/\}/y) !== undefined) return pairs;
      const key = this.value();
      this.take(/\s{0,100}/y);
      if (this.take(/=/y) === undefined) throw this.refuse("a header");
      pairs.push([key.replace(/=$/, ""), this.value()]);
    }
  }

  quoted(): string {
    const quote = this.text[this.at++];
    const parts: string[] = [];
    let start = this.at;
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at] ?? "";
      if (char === quote) {
        parts.push(this.text.slice(start, this.at++));
        if (this.text[this.at] !== quote) return parts.join("");
        start = this.at;
      } else if (quote === '"' && (char === "`" || char === "$")) {
        parts.push(this.text.slice(start, this.at));
        const code = char === "$" ? this.take(/\$\(\[char\](\d{1,5})\)/iy)?.[1] : undefined;
        if (char === "$" && code === undefined) throw this.refuse("a variable");
        if (code === undefined) {
          const escaped = this.text[this.at + 1] ?? "";
          parts.push(escapes.get(escaped) ?? escaped);
          this.at += 2;
        } else parts.push(String.fromCharCode(Number(code)));
        start = this.at--;
      }
    }
    throw malformed(this.name, "a quoted string is never closed");
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["0", "\0"],
]);
