import { HookproofError } from "../../errors.ts";
import type { Delivery } from "../../delivery/types.ts";

/** What `--expect` asks for: a status, a class of statuses, an outcome, or a kind of failure. */
export type Expectation = {
  /** The value as typed. */
  readonly text: string;
} & (
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "class"; readonly first: string }
  | { readonly kind: "word"; readonly word: string }
);

const words = ["delivered", "retryable", "terminal", "timeout", "no-response", "refused", "reset", "dns", "tls"];

/** @throws HookproofError `usage` */
export const expectation = (text: string): Expectation => {
  if (/^[1-5]\d\d$/.test(text)) return { text, kind: "status", status: Number(text) };
  if (/^[1-5]xx$/i.test(text)) return { text, kind: "class", first: text.charAt(0) };
  if (words.includes(text)) return { text, kind: "word", word: text };
  throw new HookproofError("usage", `'${text}' is not an expected result`, {
    hint: `write 2xx, 401, ${words.join(", ")}`,
  });
};

/** Whether a delivery ended as expected; its last attempt counts. */
export const meets = (wanted: Expectation, delivery: Delivery): boolean => {
  const last = delivery.attempts.at(-1);
  switch (wanted.kind) {
    case "status":
      return last?.error === null && last.status === wanted.status;
    case "class":
      return last?.error === null && String(last.status).startsWith(wanted.first);
    case "word":
      if (wanted.word === "no-response") return last !== undefined && last.error !== null;
      return delivery.outcome === wanted.word || last?.error?.kind === wanted.word;
  }
};
