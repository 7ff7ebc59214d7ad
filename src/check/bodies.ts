import { HookproofError } from "../errors.ts";
import type { Locator, Profile } from "../providers/profile.ts";
import { freshEvent, sampleOf } from "../providers/samples.ts";
import { nodeAt, readJson, setJson } from "../values/json-text.ts";
import { withoutEnd } from "../values/cut.ts";

/** Whether events of a type are sent as forms. */
export const isForm = (profile: Profile, type: string | null): boolean =>
  contentTypeOf(profile, type).includes("x-www-form-urlencoded");

/** Whether events of a type are sent as JSON. */
export const isJsonEvent = (profile: Profile, type: string | null): boolean =>
  /[/+]json\b/.test(contentTypeOf(profile, type));

const contentTypeOf = (profile: Profile, type: string | null): string =>
  profile.events.find((one) => one.type === type)?.contentType ?? profile.contentType;

/**
 * The body that every case starts from: the platform's sample as a new event, written so that re-serializing, decoding
 * and trimming leave it unchanged (compact, ASCII, plain numbers). Anything a receiver does to bytes is then detected
 * only by the case made for it.
 */
export const plainBody = (profile: Profile, type: string | null, id: string, at: number): string => {
  if (isForm(profile, type)) return sampled(profile, type, id, at) ?? syntheticForm(profile, type, id);
  const fresh = sampled(profile, type, id, at) ?? JSON.stringify(synthetic(profile, type, id, at));
  return JSON.stringify(JSON.parse(fresh))
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "");
};

/** The event type to send: the first with a sample in the platform's default format that isn't a test event. */
export const defaultEventType = (profile: Profile): string | null => {
  const tests = new Set(profile.support?.testTypes ?? []);
  const usable = profile.events
    .map(({ type }) => type)
    .filter((type) => isForm(profile, type) === isForm(profile, null) && isUsable(profile, type));
  const real = usable.filter((type) => !tests.has(type));
  const identified = real.find((type) => {
    const text = sample(profile, type) ?? "";
    const inBody = profile.envelope.id.filter((locator) => "json" in locator);
    return inBody.length === 0 || inBody.some(({ json }) => holds(text, json));
  });
  return identified ?? real[0] ?? usable[0] ?? profile.events[0]?.type ?? null;
};

/** An unknown event type in the platform's naming style; null if the profile lists no types. */
export const unknownType = (profile: Profile): string | null => {
  const known = profile.events[0]?.type;
  if (known === undefined || profile.envelope.type.length === 0) return null;
  const joint = [".", "/", "_"].find((one) => known.includes(one)) ?? "_";
  return ["hookproof", "unheard_of"].join(joint);
};

/** Replaces the event type in the body, if the body contains it. */
export const withType = (text: string, profile: Profile, type: string): string => {
  for (const locator of profile.envelope.type) {
    const next = "json" in locator ? setJson(text, locator.json, JSON.stringify(type)) : undefined;
    if (next !== undefined) return next;
    if ("form" in locator && !isJsonText(text)) {
      const fields = text.split("&").filter((field) => !field.startsWith(`${locator.form}=`));
      return [...fields, `${locator.form}=${encodeURIComponent(type)}`].join("&");
    }
  }
  return text;
};

const isJsonText = (text: string): boolean => /^\s*[{[]/.test(text);

/** Adds an unknown field to the event, as platforms may do at any time. */
const withMember = (text: string, value: string): string => {
  if (!isJsonText(text)) return `${text}&hookproof=${encodeURIComponent(String(JSON.parse(value)))}`;
  return text.replace(/\}(\]?)$/, (_, end: string) => `${text.includes(":") ? "," : ""}"hookproof":${value}}${end}`);
};

interface Variant {
  readonly label: string;
  readonly spell: (text: string) => string;
}

/** Bodies that change when parsed and re-serialized, one variant per kind of change. */
export const rawBodyVariants = (profile: Profile, type: string | null): readonly Variant[] =>
  isForm(profile, type) ? formVariants : jsonVariants;

const formVariants: readonly Variant[] = [
  { label: "spaces as + and %20", spell: (text) => `${text}&hookproof=one+two%20three` },
  { label: "escapes in lower case", spell: (text) => `${text}&hookproof=caf%c3%a9` },
  { label: "needless escapes", spell: (text) => `${text}&hookproof=%41%2d%7e` },
  { label: "an empty field", spell: (text) => `${text}&hookproof=` },
];

const jsonVariants: readonly Variant[] = [
  { label: "indented", spell: (text) => JSON.stringify(JSON.parse(text), null, 2) },
  { label: "odd spacing", spell: (text) => text.replace(/^([{[])/, "$1 \t ").replace(/([}\]])$/, "\r\n  $1") },
  { label: "odd key order", spell: (text) => withMember(text, '{"zeta":1,"10":2,"9":3,"alpha":4}') },
  {
    label: "escapes",
    spell: (text) =>
      withMember(text, String.raw`{"url":"https:\/\/example.com\/","name":"\u0041m\u00e9lie \u003c\u0026"}`),
  },
  { label: "numbers", spell: (text) => withMember(text, '{"a":1.0,"b":1E2,"c":0.10,"d":-0,"e":12345678901234567890}') },
  { label: "a newline at the end", spell: (text) => `${text}\n` },
];

/**
 * Text with two-, three- and four-byte characters, and characters that JSON allows unescaped but JavaScript once
 * didn't.
 */
export const unicodeBody = (text: string): string =>
  withMember(text, JSON.stringify("Zoë Ångström, 東京都千代田区丸の内一丁目, שלום 🎣🎏 e\u0301 \u2028 €"));

/**
 * Above the small defaults of body parsers (100 KB: Express and body-parser; 256 KB: Actix), and half of common server
 * limits (1 MiB: nginx, Fastify, Next.js, hapi).
 */
const largeSize = 512_000;

/** The size of the large body: never more than the platform sends. */
export const largeBodySize = (profile: Profile): number =>
  Math.min(largeSize, profile.delivery.largestBody?.bytes ?? largeSize);

/** A body of at most `size` bytes, and close to it. */
export const largeBody = (text: string, size: number): string => {
  const line = "Payloads-grow-with-the-order-or-the-diff-that-they-describe.";
  // Leave room for the member's name and quotes.
  const room = Math.max(0, size - Buffer.byteLength(text) - 16);
  const filler = line.repeat(Math.ceil(room / line.length)).slice(0, room);
  return withMember(text, JSON.stringify(filler));
};

/** A body with a text that `alteredBody` can change. */
export const markedBody = (text: string): string => withMember(text, '"paid"');

/** A marked body with one letter changed: still JSON, so that only the signature tells them apart. */
export const alteredBody = (body: Buffer): Buffer =>
  Buffer.from(
    body
      .toString("utf8")
      .replace(/"paid"\}(\]?)$/, (_, end: string) => `"said"}${end}`)
      .replace(/=paid$/, "=said"),
    "utf8",
  );

/** Truncated, so that no parser accepts it. */
export const malformedBody = (text: string): string => withoutEnd(text.slice(0, Math.ceil(text.length / 2)), "}]");

const sample = (profile: Profile, type: string): string | undefined => {
  try {
    return sampleOf(profile, type).toString("utf8");
  } catch (error) {
    if (error instanceof HookproofError) return undefined;
    throw error;
  }
};

const holds = (text: string, path: string): boolean => {
  const root = readJson(text);
  return root !== undefined && nodeAt(root, path) !== undefined;
};

const isJson = (text: string | undefined): boolean => {
  try {
    return typeof JSON.parse(text ?? "") === "object";
  } catch {
    return false;
  }
};

const isUsable = (profile: Profile, type: string): boolean => {
  const text = sample(profile, type);
  return isForm(profile, type) ? text !== undefined && text.includes("=") : isJson(text);
};

const sampled = (profile: Profile, type: string | null, id: string, at: number): string | undefined => {
  if (type === null || !isUsable(profile, type)) return undefined;
  return freshEvent(profile, type, { id, at }).toString("utf8");
};

/** Builds an event from the profile's envelope, for profiles without samples. */
const synthetic = (profile: Profile, type: string | null, id: string, at: number): Record<string, unknown> => {
  const event: Record<string, unknown> = {};
  const { envelope } = profile;
  const put = (locator: Locator | undefined, value: string | number): void => {
    if (locator === undefined || !("json" in locator)) return;
    const steps = locator.json.split(".");
    const last = steps.pop() ?? "";
    let place = event;
    for (const step of steps) {
      const next: Record<string, unknown> = {};
      place[step] = next;
      place = next;
    }
    place[last] = value;
  };
  put(envelope.id[0], id);
  if (type !== null) put(envelope.type[0], type);
  const unit = envelope.time?.unit ?? "iso";
  put(envelope.time, unit === "iso" ? new Date(at).toISOString() : unit === "s" ? Math.floor(at / 1000) : at);
  return event;
};

/** The same as a form. */
const syntheticForm = ({ envelope }: Profile, type: string | null, id: string): string => {
  const fields = new URLSearchParams();
  const [idAt, typeAt] = [envelope.id[0], envelope.type[0]];
  if (idAt !== undefined && "form" in idAt) fields.set(idAt.form, id);
  if (typeAt !== undefined && "form" in typeAt) fields.set(typeAt.form, type ?? "");
  return fields.size === 0 ? "event=hookproof" : fields.toString();
};
