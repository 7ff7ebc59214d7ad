import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { tokenChars } from "../request/token.ts";
import type { CurlOption } from "./curl-options.ts";
import { byteText } from "./latin1.ts";
import { excerpt, malformed } from "./malformed.ts";
import { before } from "../values/cut.ts";

/** Reads a file that a command names with `@`. */
export type Attachment = (path: string) => Buffer;

/** An option of a curl command with its value, one character per byte. */
export interface Given {
  readonly option: CurlOption;
  readonly name: string;
  readonly value: string;
}

/**
 * The request that curl sends for these options.
 * @param file reads what an option names with `@`
 * @throws HookproofError `input-malformed`
 */
export const requestFor = (given: readonly Given[], name: string, file: Attachment): WebhookRequest => {
  const values = (option: CurlOption): readonly string[] =>
    given.filter((one) => one.option === option).map((one) => one.value);
  const [first, ...others] = values("url");
  if (first === undefined) throw malformed(name, "the curl command has no URL");
  if (others.length > 0) {
    throw malformed(
      name,
      `the curl command has several URLs: ${excerpt(first)}, ${excerpt(others[0] ?? "")}`,
      "quote values with spaces",
    );
  }
  const data = given.flatMap((one) => dataOf(one, file));
  const asQuery = values("get").length > 0;
  const url = withQuery(absolute(first, name), asQuery ? Buffer.concat(joined(data)).toString("latin1") : "");
  const { host, target } = partsOf(url);
  const body = asQuery ? [] : data;
  const version = given.findLast(({ option }) => option === "version")?.name;
  return {
    method: values("method").at(-1) ?? (values("head").length > 0 ? "HEAD" : body.length > 0 ? "POST" : "GET"),
    target: values("request-target").at(-1) ?? target,
    url,
    ...(version === undefined ? {} : { httpVersion: versionOf(version) }),
    headers: headersOf(given, host, body.length > 0, file, name),
    body: Buffer.concat(joined(body)),
  };
};

interface Data {
  readonly bytes: Buffer;
  /** Whether the part is appended without `&`, as with `--json`. */
  readonly glued: boolean;
}

const dataOf = ({ option, value }: Given, file: Attachment): readonly Data[] => {
  const inline = Buffer.from(value, "latin1");
  switch (option) {
    case "data":
      // curl strips line breaks and NULs from files given to -d, but not from literal data.
      return [{ bytes: value.startsWith("@") ? withoutBreaks(file(value.slice(1))) : inline, glued: false }];
    case "data-raw":
      return [{ bytes: inline, glued: false }];
    case "data-binary":
    case "json":
      return [{ bytes: value.startsWith("@") ? file(value.slice(1)) : inline, glued: option === "json" }];
    case "data-urlencode":
      return [{ bytes: urlEncoded(value, file), glued: false }];
    default:
      return [];
  }
};

const withoutBreaks = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString("latin1").replace(/[\r\n\0]/g, ""), "latin1");

/** The value of --data-urlencode: `content`, `=content`, `name=content`, `@file` or `name@file`. */
const urlEncoded = (value: string, file: Attachment): Buffer => {
  const at = value.search(/[=@]/);
  const name = value.slice(0, Math.max(at, 0));
  const content =
    at < 0 ? value : value[at] === "@" ? file(value.slice(at + 1)).toString("latin1") : value.slice(at + 1);
  // curl encodes a space as a plus sign here.
  const escaped = content.replace(/[^A-Za-z0-9\-._~]/g, (char) =>
    char === " " ? "+" : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return Buffer.from(`${name === "" ? "" : `${name}=`}${escaped}`, "latin1");
};

const joined = (data: readonly Data[]): readonly Buffer[] =>
  data.flatMap(({ bytes, glued }, index) => (index === 0 || glued ? [bytes] : [Buffer.from("&"), bytes]));

const headersOf = (
  given: readonly Given[],
  host: string,
  hasBody: boolean,
  file: Attachment,
  name: string,
): readonly HeaderPair[] => {
  const last = (option: CurlOption): string | undefined => given.findLast((one) => one.option === option)?.value;
  const own = given.filter(({ option }) => option === "header").flatMap(({ value }) => headerLines(value, file, name));
  const isJson = given.some(({ option }) => option === "json");
  const [user, bearer, cookies] = [last("user"), last("bearer"), given.filter(({ option }) => option === "cookie")];
  const made: (HeaderPair | undefined)[] = [
    ["Host", host],
    user === undefined ? undefined : ["Authorization", `Basic ${Buffer.from(user, "latin1").toString("base64")}`],
    bearer === undefined ? undefined : ["Authorization", `Bearer ${bearer}`],
    headerIf("User-Agent", last("user-agent")),
    headerIf("Referer", last("referer")),
    cookies.length === 0 ? undefined : ["Cookie", cookies.map(({ value }) => value).join("; ")],
  ];
  const closing: HeaderPair[] = !hasBody
    ? []
    : isJson
      ? [
          ["Content-Type", "application/json"],
          ["Accept", "application/json"],
        ]
      : [["Content-Type", "application/x-www-form-urlencoded"]];
  // A header given with -H replaces curl's own; `-H 'Name:'` only removes it.
  const named = new Set(own.map(([field]) => field.toLowerCase()));
  const unnamed = (pair: HeaderPair | undefined): pair is HeaderPair =>
    pair !== undefined && !named.has(pair[0].toLowerCase());
  return [
    ...made.filter(unnamed),
    ...own.flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const])),
    ...closing.filter(unnamed),
  ];
};

const headerIf = (field: string, value: string | undefined): HeaderPair | undefined =>
  value === undefined || value === "" ? undefined : [field, value];

type OwnHeader = readonly [name: string, value: string | undefined];

const ownHeader = new RegExp(String.raw`^(${tokenChars})[ \t]*(;$|:[\s\S]*$)`);

const headerLines = (text: string, file: Attachment, name: string): readonly OwnHeader[] => {
  const lines = text.startsWith("@")
    ? file(text.slice(1))
        .toString("latin1")
        .split(/\r?\n/)
        .filter((line) => line !== "")
    : [text];
  return lines.map((line): OwnHeader => {
    const [, field, value] = ownHeader.exec(line) ?? [];
    if (field === undefined || value === undefined || /[\r\n\0]/.test(line)) {
      throw malformed(name, `'${excerpt(line)}' is not a header`, "curl takes -H 'Name: value'");
    }
    if (value === ";") return [field, ""];
    const trimmed = value
      .slice(1)
      .replace(/^[ \t]+/, "")
      .replace(/(?<![ \t])[ \t]+$/, "");
    return [field, trimmed === "" ? undefined : trimmed];
  });
};

const absolute = (url: string, name: string): string => {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
  if (!/^https?:\/\/[^/?#\s]/i.test(full)) throw malformed(name, `'${excerpt(url)}' is not an http or https URL`);
  return before(full, "#").replace(/\s+/g, (blanks) => encodeURIComponent(blanks));
};

const withQuery = (url: string, query: string): string =>
  query === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${query}`;

const partsOf = (url: string): { readonly host: string; readonly target: string } => {
  const bare = url.slice(url.indexOf("://") + 3);
  const authority = before(bare, "/?");
  const rest = bare.slice(authority.length);
  return {
    host: authority.slice(authority.lastIndexOf("@") + 1),
    target: byteText(rest.startsWith("/") ? rest : `/${rest}`),
  };
};

const versionOf = (option: string): string => (option === "-0" ? "1.0" : (/\d(?:\.\d)?/.exec(option)?.[0] ?? "1.1"));
