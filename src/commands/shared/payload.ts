import { HookproofError } from "../../errors.ts";
import { eventOf } from "../../providers/event.ts";
import { schemesOf } from "../../providers/profile.ts";
import type { Profile } from "../../providers/profile.ts";
import { freshEvent, nearestEvent, newEventId } from "../../providers/samples.ts";
import { utf8Text } from "../../request/request.ts";
import { escapeControls } from "../../values/escape.ts";
import { nodeAt, readJson, setJson } from "../../values/json-text.ts";
import type { Context } from "../../cli/context.ts";

interface PayloadInput {
  readonly payload: string | undefined;
  /** Instead of `payload`: the body itself, or `@` and a file name. */
  readonly data?: string | undefined;
  readonly event: string | undefined;
  readonly set: readonly (readonly [path: string, value: string])[];
}

export interface Payload {
  readonly body: Buffer;
  readonly eventId: string;
  readonly eventType: string | null;
}

/**
 * The body to sign or send: the given bytes, or a sample of the event type with a new id and time. `--set` then changes
 * single values and no other byte.
 * @throws HookproofError `usage` if there is neither a body nor an event type, `unknown-event`, `input-malformed`
 */
export const payloadFor = async (context: Context, profile: Profile, input: PayloadInput): Promise<Payload> => {
  // Standard input is read only if `-` asks for it. A script may leave it open, so that reading would never end, or it
  // may contain the rest of the script, which would then be sent.
  if (!hasBody(input) && input.event === undefined) {
    throw new HookproofError("usage", "missing payload", {
      hint:
        profile.events.length === 0
          ? `pass a file or - for standard input: ${profile.id} has no sample events`
          : `pass a file, - for standard input, or --event TYPE (\`hookproof events ${profile.id}\` lists them)`,
    });
  }
  const freshId = (): string => newEventId(profile, (size) => context.randomBytes(size));
  const given = !hasBody(input)
    ? freshEvent(profile, input.event ?? "", { id: freshId(), at: context.now() })
    : await bodyOf(context, input);
  warnAdded(context, given, input);
  const body = input.set.reduce((bytes, [path, value]) => withValue(bytes, path, value), given);
  const facts = eventOf({ method: "POST", target: "/", headers: [], body }, profile);
  const eventType = input.event ?? facts.type;
  const eventId = facts.id ?? freshId();
  if (hasBody(input) && input.event !== undefined) warnUnknown(context, profile, input.event);
  if (eventType === null) warnUntyped(context, profile);
  else refuseInHeader("type", eventType, profile);
  refuseInHeader("id", eventId, profile);
  return { body, eventId, eventType };
};

/** Adds an event type to the input by asking on the terminal, if there is neither a type nor a body. */
export const withEvent = async <I extends Omit<PayloadInput, "set">>(
  context: Context,
  profile: Profile,
  input: I,
): Promise<I> => {
  if (hasBody(input) || input.event !== undefined || !context.interactive || profile.events.length === 0) return input;
  const choices = profile.events.map(({ type, when }) => ({ value: type, name: type, about: when }));
  return { ...input, event: await context.choose("Which event?", choices) };
};

/** @throws HookproofError `usage` where the body is given twice */
export const refuseTwoBodies = ({ payload, data }: Pick<PayloadInput, "payload" | "data">): void => {
  if (data !== undefined && payload !== undefined)
    throw new HookproofError("usage", "the body was given twice", { hint: "pass either the payload file or --data" });
};

/** Whether the user gave a body, not just an event type. */
export const hasBody = ({ payload, data }: Pick<PayloadInput, "payload" | "data">): boolean =>
  payload !== undefined || data !== undefined;

const bodyOf = async (context: Context, { payload = "-", data }: PayloadInput): Promise<Buffer> => {
  if (data === undefined) return context.readInput(payload);
  return data.startsWith("@") ? context.readInput(data.slice(1)) : Buffer.from(data, "utf8");
};

/**
 * Rejects control characters in a header value: a line break would start another header, and others could control the
 * terminal.
 */
const refuseInHeader = (what: "type" | "id", value: string, profile: Profile): void => {
  if (escapeControls(value) === value) return;
  const signed = what === "id" ? (schemesOf(profile) ?? []).flatMap(({ id }) => id?.header ?? []) : [];
  const [header] = [
    ...profile.headers.flatMap(([name, template]) => (template.includes(`{${what}}`) ? [name] : [])),
    ...signed,
  ];
  if (header === undefined) return;
  const message = `the event's ${what} contains control characters, so it cannot be sent in ${header}`;
  throw new HookproofError(
    "input-malformed",
    message,
    what === "type" ? { hint: "pass another with --event TYPE" } : {},
  );
};

/** Warns if an event type looks like a misspelled known one. */
export const warnUnknown = (context: Context, profile: Profile, type: string): void => {
  const near = nearestEvent(profile, type);
  if (near !== undefined) context.warn(`'${type}' is not a known ${profile.name} event type; did you mean ${near}?`);
};

const warnUntyped = (context: Context, { name, headers }: Profile): void => {
  const typeHeader = headers.find(([, template]) => template.includes("{type}"));
  if (typeHeader !== undefined)
    context.warn(`${name} puts the event type into ${typeHeader[0]}, but the payload has none: pass --event TYPE`);
};

/** Says so where `--set` names a field that is not there: a mistyped path adds one. */
const warnAdded = (context: Context, body: Buffer, input: PayloadInput): void => {
  if (input.set.length === 0) return;
  const root = readJson(utf8Text(body) ?? "");
  if (root === undefined) return;
  const source = hasBody(input) ? "payload" : "sample";
  for (const [path] of input.set)
    if (nodeAt(root, path) === undefined) context.warn(`added ${path}: the ${source} has no such field`);
};

const withValue = (body: Buffer, path: string, value: string): Buffer => {
  const text = utf8Text(body);
  const changed = text === undefined ? undefined : setJson(text, path, jsonText(value));
  if (changed === undefined) {
    throw new HookproofError("input-malformed", `--set ${path}: the payload has no such path`, {
      hint: "the payload must be UTF-8 JSON, and every part of the path except the last must exist",
    });
  }
  return Buffer.from(changed, "utf8");
};

/** A value from the command line as JSON: unchanged if it is valid JSON, otherwise as a string. */
const jsonText = (value: string): string => {
  try {
    JSON.parse(value);
    return value;
  } catch {
    return JSON.stringify(value);
  }
};
