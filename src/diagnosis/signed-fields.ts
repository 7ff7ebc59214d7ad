import { eventOf } from "../providers/event.ts";
import { headerValue } from "../request/request.ts";
import type { SigningFacts } from "./signing-variants.ts";
import type { Step } from "./types.ts";

/** A candidate text for a signed field, with its finding. */
interface TextChoice {
  readonly text: string;
  readonly cost: number;
  readonly step?: Step;
}

/**
 * Candidate timestamps: the header's, that value converted to another unit, values from elsewhere, and one unit earlier
 * or later.
 */
export const timestampsOf = ({ request, scheme, timestamp, profile }: SigningFacts): readonly TextChoice[] => {
  const choices = new Map<string, TextChoice>();
  const add = (choice: TextChoice): void => {
    if (!choices.has(choice.text) && choice.text !== "") choices.set(choice.text, choice);
  };
  const other = (done: string): Step => ({
    code: "content-other",
    done,
    culprit: "the signer formats or reads the time twice, once for the header and once for the signature",
    fix: "Send exactly the timestamp text that is signed, and verify with the header's text, not with a parsed number or date.",
  });
  const unit = (done: string): Step => ({ code: "timestamp-unit", done });
  if (timestamp !== undefined) {
    add({ text: timestamp, cost: 0 });
    const digits = /^\s*\+?0*(\d+)/.exec(timestamp)?.[1];
    const whole = /^\d+$/.test(timestamp);
    if (whole && timestamp.length <= 11)
      add({
        text: `${timestamp}000`,
        cost: 2,
        step: unit("the timestamp is signed in milliseconds while the header has seconds"),
      });
    if (whole && timestamp.length >= 12) {
      add({
        text: timestamp.slice(0, -3),
        cost: 2,
        step: unit("the timestamp is signed in seconds while the header has milliseconds"),
      });
      add({
        text: String(Math.round(Number(timestamp) / 1000)),
        cost: 3,
        step: unit("the timestamp is signed in seconds, rounded, while the header has milliseconds"),
      });
      add({
        text: `${timestamp.slice(0, -3)}.${timestamp.slice(-3)}`,
        cost: 4,
        step: unit("the timestamp is signed in seconds with decimals while the header has milliseconds"),
      });
    }
    if (digits !== undefined && digits !== timestamp)
      add({ text: digits, cost: 2, step: other(`only the leading digits of the timestamp are signed (${digits})`) });
    const parsed = whole ? Number(timestamp) * (timestamp.length <= 11 ? 1000 : 1) : Date.parse(timestamp);
    if (Number.isFinite(parsed) && Math.abs(parsed) < 8.64e15) {
      const iso = new Date(parsed).toISOString();
      for (const form of whole
        ? [iso, iso.replace(/\.000Z$/, "Z")]
        : [String(Math.floor(parsed / 1000)), String(parsed)]) {
        add({ text: form, cost: 3, step: other(`the timestamp is signed as ${form}`) });
      }
    }
    if (whole) {
      const step = timestamp.length <= 11 ? 1 : 1000;
      for (const off of [-1, 1, -2, 2]) {
        const moved = String(Number(timestamp) + off * step);
        add({
          text: moved,
          cost: 4,
          step: other(`the timestamp ${moved} is signed instead of the header's ${timestamp}`),
        });
      }
    }
  }
  const isMs = scheme.timestamp?.unit === "ms";
  const elsewhere = (name: string, value: string): void => {
    const ms = /^\d{9,11}$/.test(value)
      ? Number(value) * 1000
      : /^\d{12,14}$/.test(value)
        ? Number(value)
        : Date.parse(value);
    if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return;
    const [seconds, millis] = [String(Math.floor(ms / 1000)), String(ms)];
    const forms = isMs ? [millis, seconds] : [seconds, millis];
    for (const [at, form] of [...forms, value].entries())
      add({
        text: form,
        cost: 3 + Math.min(at, 1),
        step: other(
          `the timestamp ${form} (from ${name}) is signed${timestamp === undefined ? "" : ` instead of the header's ${timestamp}`}`,
        ),
      });
  };
  for (const [name, value] of request.headers.slice(0, 60)) {
    if (/date|time|stamp|created|sent/i.test(name) && value.length < 40 && value !== timestamp)
      elsewhere(`the header ${name}`, value.trim());
  }
  const time = eventOf(request, profile).time;
  if (time !== null) elsewhere("the body", String(time));
  return [...choices.values()].slice(0, 32);
};

/** Candidate ids: the header's, other headers', the event's. */
export const idsOf = ({ request, scheme, profile }: SigningFacts): readonly TextChoice[] => {
  const own = scheme.id === undefined ? undefined : headerValue(request.headers, scheme.id.header);
  const choices: TextChoice[] = own === undefined ? [] : [{ text: own, cost: 0 }];
  const inBody = eventOf(request, profile).id;
  const add = (value: string, from: string): void => {
    if (choices.length < 5 && !choices.some((choice) => choice.text === value)) {
      choices.push({
        text: value,
        cost: own === undefined ? 1 : 3,
        ...(own === undefined
          ? {}
          : {
              step: {
                code: "content-other",
                done: `another id is signed, from ${from}`,
                culprit: "a relay or a retry gave the delivery a new id",
                fix: "Send the signed id in the id header, on every attempt.",
              },
            }),
      });
    }
  };
  for (const [name, value] of request.headers)
    if (/(?:^|-)(?:id|delivery)$/i.test(name) && value.length < 100) add(value, `the header ${name}`);
  if (inBody !== null && inBody.length < 100) add(inBody, "the body");
  return choices;
};
