import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { HookproofError } from "../errors.ts";
import { nodeAt, readJson, setJson } from "../values/json-text.ts";
import { nearest } from "../values/nearest.ts";
import type { EventType, Profile } from "./profile.ts";

// Beside this file in the source tree, beside the bundle in the package.
const folder = new URL("./samples/", import.meta.url);

/** The name of a sample's file without its ending: event types may hold slashes. */
export const sampleName = (type: string): string => type.replaceAll("/", "-");

/**
 * The sample payload of an event type, as the platform would send it.
 * @throws HookproofError `unknown-event` with the nearest type as the hint
 */
export const sampleOf = (profile: Profile, type: string): Buffer => {
  const event = eventType(profile, type);
  if (event.sample !== undefined) return Buffer.from(event.sample, "utf8");
  for (const ending of ["json", "form"]) {
    const file = fileURLToPath(new URL(`${profile.id}/${sampleName(type)}.${ending}`, folder));
    if (existsSync(file)) return readFileSync(file);
  }
  throw new HookproofError("unknown-event", `${profile.id} has no sample for '${type}'`, {
    hint: "give a payload file instead",
  });
};

/** An event type of the catalogue. @throws HookproofError `unknown-event` */
export const eventType = (profile: Profile, type: string): EventType => {
  const found = profile.events.find((event) => event.type === type);
  if (found !== undefined) return found;
  const near = nearest(
    type,
    profile.events.map((event) => event.type),
  );
  throw new HookproofError("unknown-event", `${profile.id} has no event type '${type}'`, {
    hint: near === undefined ? `hookproof events ${profile.id} lists them` : `did you mean ${near}?`,
  });
};

/**
 * The sample as a new event: its id and time replaced where they stand in the body, every other byte
 * as it is.
 * @param fresh the event's id, and its time in epoch milliseconds
 * @throws HookproofError `unknown-event`
 */
export const freshEvent = (
  profile: Profile,
  type: string,
  fresh: { readonly id: string; readonly at: number },
): Buffer => {
  const sample = sampleOf(profile, type).toString("utf8");
  const { id, time } = profile.envelope;
  const withId = id.reduce((text, locator) => {
    if ("json" in locator) return replaced(text, locator.json, fresh.id);
    return "form" in locator && text.includes(`${locator.form}=`)
      ? text.replace(new RegExp(`(^|&)${locator.form}=[^&]*`), `$1${locator.form}=${encodeURIComponent(fresh.id)}`)
      : text;
  }, sample);
  if (time === undefined || !("json" in time)) return Buffer.from(withId, "utf8");
  const value =
    time.unit === "s"
      ? String(Math.floor(fresh.at / 1000))
      : time.unit === "ms"
        ? String(fresh.at)
        : new Date(fresh.at).toISOString().replace(/\.\d+Z$/, "Z");
  return Buffer.from(replaced(withId, time.json, value), "utf8");
};

/** Replaces a scalar that is there, keeping whether it is a string or a number. */
const replaced = (text: string, path: string, value: string): string => {
  const root = readJson(text);
  const node = root === undefined ? undefined : nodeAt(root, path);
  if (node?.kind !== "string" && node?.kind !== "number") return text;
  return setJson(text, path, node.kind === "number" ? value : JSON.stringify(value)) ?? text;
};

const alphabets: Readonly<Record<string, string>> = {
  "36": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  "62": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
};

/** A fresh event id in the platform's form: `{hex24}`, `{base62x24}`, `{uuid}` and `{number}` filled in. */
export const newEventId = (profile: Profile, randomBytes: (size: number) => Buffer): string =>
  profile.envelope.newId.replace(
    /\{(?:hex(\d+)|base(36|62)x(\d+)|(uuid)|(number))\}/g,
    (_, hex, base, length, uuid) => {
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
    },
  );
