import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HookproofError } from "../errors.ts";
import { isoInstant } from "../values/instant.ts";
import { nodeAt, readJson } from "../values/json-text.ts";
import { nearest } from "../values/nearest.ts";
import type { EventType, Profile } from "./profile.ts";

// Next to this file in the source tree, next to the bundle in the package.
const folder = (): URL => new URL("./samples/", import.meta.url);

/**
 * A sample's file name without extension: slashes, spaces and colons of event types become dashes, as Windows rejects
 * some of them.
 */
export const sampleName = (type: string): string => type.replaceAll(/[/: ]/g, "-");

/**
 * The sample payload of an event type, as the platform would send it.
 * @throws HookproofError `unknown-event` with the nearest type as the hint
 */
export const sampleOf = (profile: Profile, type: string): Buffer => {
  const event = eventType(profile, type);
  if (event.sample !== undefined) return Buffer.from(event.sample, "utf8");
  const file = sampleFile(profile, type);
  if (file !== undefined) return readFileSync(file);
  throw new HookproofError("unknown-event", `${profile.id} has no sample for '${type}'`, {
    hint: "pass a payload file instead",
  });
};

/** Whether an event type of the catalog has a sample; rarely used types have none. */
export const hasSample = (profile: Profile, type: string): boolean =>
  eventType(profile, type).sample !== undefined || sampleFile(profile, type) !== undefined;

const sampleFile = (profile: Profile, type: string): string | undefined =>
  ["json", "form"]
    .map((ending) => fileURLToPath(new URL(`${profile.id}/${sampleName(type)}.${ending}`, folder())))
    .find((file) => existsSync(file));

/**
 * The catalog's nearest event type to one it doesn't list. An unlisted type isn't an error: catalogs may be incomplete.
 */
export const nearestEvent = (profile: Profile, type: string): string | undefined => {
  const types = profile.events.map((event) => event.type);
  return types.includes(type) ? undefined : nearest(type, types);
};

/** An event type of the catalog. @throws HookproofError `unknown-event` */
export const eventType = (profile: Profile, type: string): EventType => {
  const found = profile.events.find((event) => event.type === type);
  if (found !== undefined) return found;
  const near = nearestEvent(profile, type);
  throw new HookproofError("unknown-event", `${profile.id} has no event type '${type}'`, {
    hint: near === undefined ? `hookproof events ${profile.id} lists them` : `did you mean ${near}?`,
  });
};

interface NewEvent {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A position in a sample's text that changes with each event. */
interface Slot {
  readonly start: number;
  readonly end: number;
  readonly text: (fresh: NewEvent) => string;
}

interface Template {
  readonly sample: string;
  readonly slots: readonly Slot[];
}

const templates = new WeakMap<Profile, Map<string, Template>>();

/**
 * The sample as a new event: id and time are replaced in the body, every other byte is kept.
 * @throws HookproofError `unknown-event`
 */
export const freshEvent = (profile: Profile, type: string, fresh: NewEvent): Buffer => {
  // Templates are cached: a load test creates thousands of events of one type.
  const existing = templates.get(profile) ?? new Map<string, Template>();
  templates.set(profile, existing);
  const template = existing.get(type) ?? templateOf(profile, type);
  existing.set(type, template);
  let text = "";
  let end = 0;
  for (const slot of template.slots) {
    // A profile may name the same place twice.
    if (slot.start < end) continue;
    text += template.sample.slice(end, slot.start) + slot.text(fresh);
    end = slot.end;
  }
  return Buffer.from(text + template.sample.slice(end), "utf8");
};

const templateOf = (profile: Profile, type: string): Template => {
  const sample = sampleOf(profile, type).toString("utf8");
  const { id, time } = profile.envelope;
  const slots = id.flatMap((locator) => {
    if ("json" in locator) return jsonSlot(sample, locator.json, ({ id }) => id);
    return "form" in locator ? formSlot(sample, locator.form) : [];
  });
  if (time !== undefined && "json" in time) {
    slots.push(
      ...jsonSlot(sample, time.json, ({ at }) => {
        if (time.unit === "s") return String(Math.floor(at / 1000));
        return time.unit === "ms" ? String(at) : isoInstant(at).replace(/\.\d+Z$/, "Z");
      }),
    );
  }
  return { sample, slots: slots.toSorted((a, b) => a.start - b.start) };
};

/** The slot of a scalar; the new value keeps its type, string or number. */
const jsonSlot = (sample: string, path: string, value: (fresh: NewEvent) => string): Slot[] => {
  const root = readJson(sample);
  const node = root === undefined ? undefined : nodeAt(root, path);
  if (node?.kind !== "string" && node?.kind !== "number") return [];
  const { start, end, kind } = node;
  return [{ start, end, text: (fresh) => (kind === "number" ? value(fresh) : JSON.stringify(value(fresh))) }];
};

const formSlot = (sample: string, name: string): Slot[] => {
  const found = new RegExp(`(?<=(?:^|&)${name}=)[^&]*`).exec(sample);
  if (found === null) return [];
  return [{ start: found.index, end: found.index + found[0].length, text: ({ id }) => encodeURIComponent(id) }];
};

const alphabets: Readonly<Record<string, string>> = {
  "36": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  "62": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
};

/** A new event id in the platform's form. */
export const newEventId = (profile: Profile, randomBytes: (size: number) => Buffer): string =>
  freshText(profile.envelope.newId, randomBytes);

/** A text with `{hex24}`, `{base62x24}`, `{uuid}` and `{number}` filled in. */
export const freshText = (form: string, randomBytes: (size: number) => Buffer): string =>
  form.replace(/\{(?:hex(\d+)|base(36|62)x(\d+)|(uuid)|(number))\}/g, (_, hex, base, length, uuid) => {
    if (hex !== undefined)
      return randomBytes(Math.ceil(Number(hex) / 2))
        .toString("hex")
        .slice(0, Number(hex));
    if (base !== undefined) {
      const alphabet = alphabets[String(base)] ?? "";
      return [...randomBytes(Number(length))].map((byte) => alphabet[byte % alphabet.length]).join("");
    }
    if (uuid === undefined) return String(randomBytes(6).readUIntBE(0, 5) + 1_000_000_000);
    const bytes = randomBytes(16).toString("hex");
    return `${bytes.slice(0, 8)}-${bytes.slice(8, 12)}-4${bytes.slice(13, 16)}-a${bytes.slice(17, 20)}-${bytes.slice(20)}`;
  });
