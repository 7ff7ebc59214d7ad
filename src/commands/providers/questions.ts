import type { Layout, Part, Scheme } from "../../providers/profile.ts";
import { tokenPattern } from "../../request/token.ts";
import type { Context } from "../../cli/context.ts";
import { askLine } from "../../cli/prompts.ts";

/** Asks until the answer can be parsed. */
const askFor = async <T>(
  context: Context,
  question: string,
  read: (answer: string) => T | undefined,
  wrong: string,
  usual?: string,
): Promise<T> => {
  let value: T | undefined;
  const check = (answer: string): string | undefined => {
    value = read(answer);
    return value === undefined ? wrong : undefined;
  };
  await askLine(context, question, check, usual === undefined ? {} : { usual });
  if (value === undefined) throw new Error("an answer was accepted that cannot be read");
  return value;
};

/** Lets the user choose from a list; the first choice is the default. */
const pick = <const T extends string>(
  context: Context,
  question: string,
  choices: Readonly<Record<T, string>>,
): Promise<T> => {
  const names = Object.keys(choices).filter((name): name is T => name in choices);
  return context.choose(
    question,
    names.map((name) => ({ value: name, name, about: choices[name] })),
  );
};

const askHeader = (context: Context, question: string, usual: string): Promise<string> =>
  askFor(
    context,
    question,
    (answer) => (tokenPattern.test(answer) ? answer : undefined),
    "write the header's name alone, such as X-Acme-Signature",
    usual,
  );

/** Asks for the new profile's id. */
export const askId = (context: Context): Promise<string> =>
  askFor(
    context,
    "Short id for the platform, to use with -p:",
    (answer) => (/^[a-z0-9][a-z0-9-]*$/.test(answer) ? answer : undefined),
    "an id has lower-case letters, digits and dashes, such as acme",
  );

/** Asks how the platform signs. */
export const askScheme = async (context: Context, name: string): Promise<Scheme> => {
  const own = `X-${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
  const header = await askHeader(context, "Header with the signature:", `${own}-Signature`);
  const { layout, encoding } = await askFor(
    context,
    "Format of the signature (hex, base64, sha256=hex, t=…,v1=hex or v1,base64):",
    readForm,
    "write hex or base64, and what stands before it, such as sha256=hex",
    "hex",
  );
  const hash = await pick(context, "Which hash?", { sha256: "the most common", sha1: "", sha384: "", sha512: "" });
  const key = await pick(context, "How is the secret used?", {
    text: "as it is",
    base64: "decoded from base64",
    hex: "decoded from hex",
    whsec: "decoded from base64, with or without whsec_ in front",
  });
  const content = await askFor(
    context,
    "What is signed (body, timestamp.body, id.timestamp.body …):",
    readContent,
    "write the parts in order, such as timestamp.body",
    layout.kind === "pairs" ? "timestamp.body" : "body",
  );
  const timestamp = content.includes("timestamp") ? await askTimestamp(context, own, layout) : undefined;
  const id = content.includes("id") ? await askHeader(context, "Header with the id:", `${own}-Id`) : undefined;
  return {
    name: layout.kind === "versions" ? layout.version : "hmac",
    summary: `${encoding} of HMAC-${hash.toUpperCase()} over ${content.map((part) => (typeof part === "string" ? part : "text" in part ? part.text : "")).join("")}`,
    header,
    layout,
    encoding,
    mac: { kind: "hmac", hash, key },
    content,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(id === undefined ? {} : { id: { header: id } }),
  };
};

const why = "entered by hand, not yet tested with a request";

const askTimestamp = async (
  context: Context,
  own: string,
  layout: Layout,
): Promise<NonNullable<Scheme["timestamp"]>> => {
  const from =
    layout.kind === "pairs"
      ? { pair: "t" }
      : { header: await askHeader(context, "Header with the timestamp:", `${own}-Timestamp`) };
  const unit = await pick(context, "Unit of the timestamp?", {
    s: "seconds since 1970",
    ms: "milliseconds since 1970",
    iso: "ISO 8601",
  });
  return { from, unit, form: "canonical", past: { assumed: "5m", why }, future: { assumed: "5m", why } };
};

/** Parses a signature header's format: `sha256=hex`, `t=…,v1=hex`, `v1,base64`. */
export const readForm = (text: string): Pick<Scheme, "layout" | "encoding"> | undefined => {
  const [, before = "", encoding] = /^(.{0,64}?)(hex|base64)$/.exec(text) ?? [];
  if (encoding !== "hex" && encoding !== "base64") return undefined;
  const [, key] = /^t=[^,]{0,16},([\w-]{1,32})=$/.exec(before) ?? [];
  if (key !== undefined) return { encoding, layout: { kind: "pairs", key } };
  const [, version] = /^(v\d{1,2}[a-z]?),$/.exec(before) ?? [];
  if (version !== undefined) return { encoding, layout: { kind: "versions", version } };
  return { encoding, layout: before === "" ? { kind: "single" } : { kind: "single", prefix: before } };
};

/** Parses a signed content such as `timestamp.body`: its parts, with the text between them. */
export const readContent = (text: string): readonly Part[] | undefined => {
  const parts = text.split(/(timestamp|body|method|url|id)/).flatMap((piece): readonly Part[] => {
    if (piece === "timestamp" || piece === "body" || piece === "method" || piece === "id") return [piece];
    if (piece === "url") return [{ url: "as-sent" }];
    return piece === "" ? [] : [{ text: piece.replaceAll("\\n", "\n") }];
  });
  return parts.some((part) => typeof part === "string") && text.length <= 200 ? parts : undefined;
};
