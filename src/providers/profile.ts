/** A value that the platform's document leaves open, with the reason for the choice made. */
export interface Assumed<T> {
  readonly assumed: T;
  readonly why: string;
}

/** A documented value, or one that is assumed and shown as such. */
export type Fact<T> = T | Assumed<T>;

/** Marks a value as a choice that the document leaves open. */
export const assumed = <T>(value: T, why: string): Assumed<T> => ({ assumed: value, why });

/** Whether a fact is an assumption. */
export const isAssumed = <T>(fact: Fact<T>): fact is Assumed<T> =>
  typeof fact === "object" && fact !== null && "assumed" in fact && "why" in fact;

/** The value of a fact, documented or assumed. */
export const valueOf = <T>(fact: Fact<T>): T => (isAssumed(fact) ? fact.assumed : fact);

/** Why a fact is an assumption, or undefined where it is documented. */
export const doubtOf = <T>(fact: Fact<T>): string | undefined => (isAssumed(fact) ? fact.why : undefined);

export type Hash = "sha1" | "sha256" | "sha384" | "sha512";
export type Encoding = "hex" | "base64";

/**
 * How a secret becomes key bytes: its text as it stands, decoded, or `whsec` (what follows an
 * optional `whsec_`, base64-decoded; Standard Webhooks).
 */
export type KeyForm = "text" | "base64" | "hex" | "whsec";

export type Mac =
  | { readonly kind: "hmac"; readonly hash: Hash; readonly key: KeyForm }
  /** A plain hash; the secret is a part of the content (HubSpot v1, v2). */
  | { readonly kind: "digest"; readonly hash: Hash }
  /** Keys as `whsk_` (seed and public key, signs) and `whpk_` (public key, verifies). */
  | { readonly kind: "ed25519" };

/** How signatures stand in the header's value. */
export type Layout =
  /** One signature after an optional prefix: `sha256=<hex>`. */
  | { readonly kind: "single"; readonly prefix?: string }
  /** `t=…,v1=…,v1=…`: every item named `key` is a signature. */
  | { readonly kind: "pairs"; readonly key: string }
  /** `v1,… v1,…` parted by blanks: every item of this version is a signature. */
  | { readonly kind: "versions"; readonly version: string };

export type Part =
  | "body"
  | "timestamp"
  | "id"
  | "method"
  | "secret"
  | { readonly text: string }
  /** The whole URL; `decode` lists the only escapes that are taken off (HubSpot v3). */
  | { readonly url: "as-sent" | "decoded"; readonly decode?: readonly string[] }
  /** Form parameters sorted by name, name and value joined without separators (Twilio). */
  | { readonly form: "sorted-pairs" };

export interface TimestampRule {
  readonly from: { readonly header: string } | { readonly pair: string };
  readonly unit: "s" | "ms";
  /**
   * Which text is a timestamp. `canonical`: digits without leading zeros (verifiers sign the parsed
   * number); `digits`: digits; `integer`: as Python's `int()` reads it, sign and zeros included.
   */
  readonly form: "canonical" | "digits" | "integer";
  /** How old is still right, as a duration; `any` where it is not checked. Exactly this age passes. */
  readonly past: Fact<string>;
  /** How far ahead is still right; `any` where the platform's verifiers look only at age. */
  readonly future: Fact<string>;
}

export interface Scheme {
  readonly name: string;
  /** One line for people: what is signed and how it is written. */
  readonly summary: string;
  readonly header: string;
  /** Headers that must have these values for the scheme to apply (HubSpot's version header); sent when signing. */
  readonly when?: Readonly<Record<string, string>>;
  /** The scheme also applies where those headers are absent (HubSpot's v1). */
  readonly whenAbsentToo?: boolean;
  readonly layout: Layout;
  readonly encoding: Encoding;
  readonly mac: Mac;
  readonly content: readonly Part[];
  /** Where the id that is part of the content stands. */
  readonly id?: { readonly header: string };
  readonly timestamp?: TimestampRule;
  /** `utf-8` where the documented verifier decodes the body and so refuses other bytes. */
  readonly bodyText?: "utf-8";
  /** Sent as well as the scheme that signs, in a header of its own (GitHub's SHA-1). */
  readonly signing?: "beside";
}

/** Where a fact about an event stands in a request: a header, or a dotted path in a JSON or form body. */
export type Locator = { readonly header: string } | { readonly json: string } | { readonly form: string };

export interface Envelope {
  /** Tried in order; the first that is there counts. */
  readonly id: readonly Locator[];
  readonly type: readonly Locator[];
  readonly time?: Locator & { readonly unit?: "iso" | "s" | "ms" };
  /** What makes two deliveries the same event; all of these together. */
  readonly dedupe: Fact<readonly Locator[]>;
  /** Prefix and form of a fresh event id: `evt_{hex32}`, `{uuid}`, `{number}`. */
  readonly newId: string;
  /** Fields an object body must have, for samples and validation. */
  readonly fields?: readonly Field[];
}

export interface Field {
  readonly path: string;
  readonly need: "required" | "recommended" | "optional";
  readonly format?: "email" | "iso-time" | "string" | "object";
  readonly meaning?: string;
}

export interface EventType {
  readonly type: string;
  /** When the platform sends it, in a few words from its document. */
  readonly when: string;
  /** Where it is not the profile's own (Slack's slash commands are forms). */
  readonly contentType?: string;
  /** The sample's text, for profiles of the user's own; built-in samples are files (`samples.ts`). */
  readonly sample?: string;
}

/** What came of an attempt, as a policy names it. */
export type OutcomeClass = number | "no-response" | "timeout" | "1xx" | "2xx" | "3xx" | "4xx" | "5xx" | "non-2xx";

export interface DeliveryPolicy {
  readonly httpsOnly: Fact<boolean>;
  /** How long the platform waits for an answer. */
  readonly timeout: Fact<string>;
  /** All attempts, the first included. */
  readonly attempts: Fact<number>;
  /** The wait before each retry, counted from the attempt before: one fewer than `attempts`. */
  readonly delays: Fact<readonly string[]>;
  readonly retry: Fact<readonly OutcomeClass[]>;
  /** Never retried; goes before `retry`. */
  readonly terminal?: Fact<readonly OutcomeClass[]>;
  /** What happens to an answer in neither list. */
  readonly otherwise: Fact<"terminal" | "retryable">;
  readonly retryAfter?: Fact<boolean>;
  /** The event sent when a delivery has failed for good, where the platform has one. */
  readonly terminalEvent?: string;
}

/** A row of the platform's troubleshooting table. */
export interface Trouble {
  readonly on: readonly OutcomeClass[];
  /** What a person would type for it: `no request seen`, `signature always failing`. */
  readonly symptom?: string;
  readonly cause: string;
  readonly next: string;
  /** Where the row is from; the profile's document unless given. */
  readonly source?: string;
}

export interface ApiEndpoint {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly auth: "bearer" | "x-api-key" | "none";
  readonly baseUrl?: Fact<string>;
  /** The statuses that mean yes. */
  readonly success: Fact<readonly number[]>;
  /** What a yes proves, and what it does not, in the document's words. */
  readonly proves?: readonly string[];
  readonly doesNotProve?: readonly string[];
}

/** A header the platform sends, with `{type}` `{id}` `{attempt}` `{uuid}` `{time}` filled in. */
export type HeaderTemplate = readonly [name: string, template: string];

export interface AttemptHeader {
  readonly header: string;
  /** The number the first attempt carries. */
  readonly first: 0 | 1;
  /** False where only retries carry the header (Slack). */
  readonly onFirst: boolean;
}

/** What the platform's support asks for, besides the event id and the receiver's side of it. */
export interface SupportFacts {
  /** Which items of an evidence bundle must be there. */
  readonly required: readonly (
    | "handle"
    | "subscription"
    | "event"
    | "receiver"
    | "time"
    | "log"
    | "traffic"
    | "changes"
  )[];
  /** Where a delivery names the account, where it does. */
  readonly handle?: Locator;
  /** Event types that only tests have. */
  readonly testTypes?: readonly string[];
  readonly source: string;
}

/** A platform, as data: no functions and no regular expressions, so that a user's file has the same powers. */
export interface Profile {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly name: string;
  /** One line: what this profile speaks. */
  readonly summary: string;
  readonly source: { readonly document: string; readonly updated?: string; readonly url?: string };
  /** Which document, section or library each group of facts is from. */
  readonly sources: Readonly<Record<string, string>>;
  /**
   * Newest first. Verifying takes those whose header is there, in this order; signing takes the
   * first that fits the secret. `undocumented` where the platform does not say: the user must.
   */
  readonly schemes: Fact<readonly Scheme[]> | { readonly undocumented: string; readonly header?: string };
  /** Headers sent besides the signature's, in order. */
  readonly headers: readonly HeaderTemplate[];
  readonly attempt?: AttemptHeader;
  readonly contentType: string;
  readonly envelope: Envelope;
  readonly events: readonly EventType[];
  /** Why the samples are guesses, where the document shows none. */
  readonly samplesAssumed?: string;
  readonly delivery: DeliveryPolicy;
  readonly endpoints?: Readonly<Record<string, ApiEndpoint>>;
  readonly troubleshooting: readonly Trouble[];
  /** What its support asks for; without it the evidence asks for event, receiver, time, log and traffic. */
  readonly support?: SupportFacts;
  /** The profile of the other direction, whose secret is easily taken for this one's. */
  readonly counterpart?: string;
  /** Platforms whose webhooks this one takes, under its own route (Apex). */
  readonly incoming?: readonly string[];
  /** What a person should know that no field says: one fact each. */
  readonly notes?: readonly string[];
}

/** Declares a built-in profile: made when it is first asked for, as most commands need one of them. */
export const profile = (make: () => Profile): (() => Profile) => {
  let made: Profile | undefined;
  return () => (made ??= make());
};

/** The schemes of a profile, or undefined where its document does not say how it signs. */
export const schemesOf = (of: Profile): readonly Scheme[] | undefined =>
  "undocumented" in of.schemes ? undefined : valueOf(of.schemes);
