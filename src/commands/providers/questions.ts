import { HookproofError } from "../../errors.ts";
import type { Layout, Part, Scheme } from "../../providers/profile.ts";
import { tokenPattern } from "../../request/token.ts";
import type { Context } from "../../cli/context.ts";

/** Asks until the answer can be read; an empty one is the usual. */
const asked = async <T>(
  context: Context,
  question: string,
  usual: string,
  read: (answer: string) => T | undefined,
): Promise<T> => {
  for (let asking = 0; asking < 5; asking++) {
    const answer = (await context.ask(`${question}${usual === "" ? ":" : ` [${usual}]:`}`)).trim();
    const value = read(answer === "" ? usual : answer);
    if (value !== undefined) return value;
    context.note(`'${answer.slice(0, 64)}' is not a valid answer`);
  }
  throw new HookproofError("usage", "no valid answer, so nothing is written", {
    hint: "docs/profiles.md describes profiles",
  });
};

const oneOf =
  <const T extends string>(values: readonly T[]) =>
  (answer: string): T | undefined =>
    values.find((value) => value === answer.toLowerCase());

const headerName = (answer: string): string | undefined => (tokenPattern.test(answer) ? answer : undefined);

/** The id of the new profile. */
export const askId = (context: Context): Promise<string> =>
  asked(context, "id of the platform, as -p takes it", "", (answer) =>
    /^[a-z0-9][a-z0-9-]*$/.test(answer) ? answer : undefined,
  );

/** How the platform signs, as a person knows it from its documents. */
export const askScheme = async (context: Context, name: string): Promise<Scheme> => {
  const own = `X-${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
  const header = await asked(context, "header with the signature", `${own}-Signature`, headerName);
  const { layout, encoding } = await asked(
    context,
    "how it is written: hex, base64, sha256=hex, t=…,v1=hex or v1,base64",
    "hex",
    readForm,
  );
  const hash = await asked(
    context,
    "hash: sha1, sha256, sha384 or sha512",
    "sha256",
    oneOf(["sha1", "sha256", "sha384", "sha512"]),
  );
  const key = await asked(
    context,
    "the secret is used as text, base64, hex or whsec",
    "text",
    oneOf(["text", "base64", "hex", "whsec"]),
  );
  const usual = layout.kind === "pairs" ? "timestamp.body" : "body";
  const content = await asked(
    context,
    "what is signed, such as body, timestamp.body or id.timestamp.body",
    usual,
    readContent,
  );
  const timestamp = content.includes("timestamp") ? await askTimestamp(context, own, layout) : undefined;
  const id = content.includes("id") ? await asked(context, "header with the id", `${own}-Id`, headerName) : undefined;
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
      : { header: await asked(context, "header with the timestamp", `${own}-Timestamp`, headerName) };
  const unit = await asked(context, "the timestamp is in s, ms or iso", "s", oneOf(["s", "ms", "iso"]));
  return { from, unit, form: "canonical", past: { assumed: "5m", why }, future: { assumed: "5m", why } };
};

/** `sha256=hex`, `t=…,v1=hex`, `v1,base64`: how a header is written. */
export const readForm = (text: string): Pick<Scheme, "layout" | "encoding"> | undefined => {
  const [, before = "", encoding] = /^(.{0,64}?)(hex|base64)$/.exec(text) ?? [];
  if (encoding !== "hex" && encoding !== "base64") return undefined;
  const [, key] = /^t=[^,]{0,16},([\w-]{1,32})=$/.exec(before) ?? [];
  if (key !== undefined) return { encoding, layout: { kind: "pairs", key } };
  const [, version] = /^(v\d{1,2}[a-z]?),$/.exec(before) ?? [];
  if (version !== undefined) return { encoding, layout: { kind: "versions", version } };
  return { encoding, layout: before === "" ? { kind: "single" } : { kind: "single", prefix: before } };
};

/** `timestamp.body`: the parts in order, and the texts between them. */
export const readContent = (text: string): readonly Part[] | undefined => {
  const parts = text.split(/(timestamp|body|method|url|id)/).flatMap((piece): readonly Part[] => {
    if (piece === "timestamp" || piece === "body" || piece === "method" || piece === "id") return [piece];
    if (piece === "url") return [{ url: "as-sent" }];
    return piece === "" ? [] : [{ text: piece.replaceAll("\\n", "\n") }];
  });
  return parts.some((part) => typeof part === "string") && text.length <= 200 ? parts : undefined;
};
