import type { Infer } from "../values/infer.ts";
import type { profileSchema, schemeSchema } from "./schema.ts";

/** A platform, as data. Each field is declared and explained in `schema.ts`. */
export type Profile = Infer<typeof profileSchema>;
/** One way in which a platform signs. */
export type Scheme = Infer<typeof schemeSchema>;

export type Mac = Scheme["mac"];
export type Hash = Extract<Mac, { readonly kind: "hmac" }>["hash"];
export type KeyForm = Extract<Mac, { readonly kind: "hmac" }>["key"];
export type Encoding = Scheme["encoding"];
export type Layout = Scheme["layout"];
/** A part of the content that is signed. */
export type Part = Scheme["content"][number];
/** Where in a request something is. */
export type Place =
  | { readonly header: string }
  | { readonly query: string }
  | { readonly json: string }
  | { readonly form: string }
  | { readonly body: "whole" };
/** Where a platform publishes its keys. */
export type SchemeKeys = NonNullable<Scheme["keys"]>;
export type TimestampRule = NonNullable<Scheme["timestamp"]>;

export type Envelope = Profile["envelope"];
export type Locator = Envelope["id"][number];
export type Field = NonNullable<Envelope["fields"]>[number];
export type Category = NonNullable<Profile["category"]>;
export type EventType = Profile["events"][number];
export type DeliveryPolicy = Profile["delivery"];
/** The result of an attempt, as a policy names it. */
export type OutcomeClass = Trouble["on"][number];
/** A row of the platform's troubleshooting table. */
export type Trouble = Profile["troubleshooting"][number];
/** What a platform sends to verify an endpoint before it sends events there. */
export type Challenge = NonNullable<Profile["challenges"]>[number];
export type ApiEndpoint = NonNullable<Profile["endpoints"]>[string];

/** A value that the platform's document leaves open, with the reason for the choice made. */
interface Assumed<T> {
  readonly assumed: T;
  readonly why: string;
}

/** A documented value, or an assumption marked as such. */
export type Fact<T> = T | Assumed<T>;

/** Marks a value as our choice where the document leaves it open. */
export const assumed = <T>(value: T, why: string): Assumed<T> => ({ assumed: value, why });

/** Whether a fact is an assumption. */
export const isAssumed = <T>(fact: Fact<T>): fact is Assumed<T> =>
  typeof fact === "object" && fact !== null && "assumed" in fact && "why" in fact;

/** The value of a fact, documented or assumed. */
export const valueOf = <T>(fact: Fact<T>): T => (isAssumed(fact) ? fact.assumed : fact);

/** Why a fact is an assumption; undefined if it is documented. */
export const doubtOf = <T>(fact: Fact<T>): string | undefined => (isAssumed(fact) ? fact.why : undefined);

/** How far a timestamp may be from the verifier's clock, in words. */
export const windowText = ({ past, future }: Pick<TimestampRule, "past" | "future">): string => {
  const [old, ahead] = [valueOf(past), valueOf(future)];
  if (old === "any" && ahead === "any") return "age not checked";
  return [
    old === "any" ? "any age" : `at most ${old} old`,
    ahead === "any" ? "any time in the future" : `at most ${ahead} in the future`,
  ].join(", ");
};

const declared = new WeakSet<object>();

/** Declares a built-in profile. A platform's file exports the result; it needn't be registered anywhere. */
export const profile = (make: () => Profile): (() => Profile) => {
  let made: Profile | undefined;
  const once = (): Profile => (made ??= make());
  declared.add(once);
  return once;
};

/** Whether a module's export is a profile declared with `profile`. */
export const isDeclared = (exported: unknown): exported is () => Profile =>
  typeof exported === "function" && declared.has(exported);

/** The schemes of a profile, or undefined where its document does not say how it signs. */
export const schemesOf = (of: Profile): readonly Scheme[] | undefined =>
  "undocumented" in of.schemes ? undefined : valueOf(of.schemes);
