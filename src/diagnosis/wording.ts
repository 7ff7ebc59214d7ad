import type { Profile } from "../providers/profile.ts";
import type { HeaderPair } from "../request/request.ts";
import { advice } from "../signature/advice.ts";
import type { Finding, FindingCode } from "../signature/verdict.ts";
import { pluralize } from "../values/count.ts";
import { capitalized } from "../values/sentence.ts";
import { fixesFor } from "./fixes.ts";
import type { TestedCandidates } from "./search.ts";
import type { SigningVariant } from "./signing-variants.ts";
import type { Step } from "./types.ts";

/** Turns a search step into a finding: what happened, where, the usual cause, and the fix for common stacks. */
export const findingOf = (step: Step, certain: boolean, headers: readonly HeaderPair[]): Finding => {
  const culprit = step.culprit === undefined ? advice[step.code].culprit : step.culprit;
  const verb = certain ? "The signature matches once" : "The available part of the signature matches once";
  return {
    code: step.code,
    certain,
    message: `${verb} ${clauseOf(step)}${placesOf(step)}.${culprit === null ? "" : ` Usual cause: ${culprit}.`}${step.more === undefined ? "" : ` ${step.more}`}`,
    fix: step.fix ?? signerFix(step) ?? fixesFor(step.code, headers),
    firstByte: step.firstByte ?? null,
  };
};

/** What a step does, as a clause that names its subject. */
const clauseOf = ({ code, done }: Step): string =>
  code.startsWith("body-") ? done.replace(/^its /, "the body's ").replace(/^it /, "the body ") : done;

/** The fix if the step undoes what the signer did: changing the verifier wouldn't help. */
const signerFix = ({ code, done }: Step): string | undefined => {
  if (!/as the signer (?:did|signed it)|(?:is|are) signed(?: in its place)?(?::|$)/.test(done)) return undefined;
  if (code.startsWith("secret-")) return `At the signer: ${advice[code].fix}`;
  return code.startsWith("body-") && code !== "body-compressed"
    ? "At the signer: sign exactly the bytes that are sent, once they are final. If you only receive, report this to the sender."
    : undefined;
};

/** The number of places and the first one, in brackets; empty if unknown. */
export const placesOf = (step: Step): string => {
  const places = step.places === undefined ? [] : [pluralize(step.places, "place")];
  const first = step.firstByte === undefined || step.firstByte === null ? [] : [`first at byte ${step.firstByte}`];
  const where = [...places, ...first].join(", ");
  return where === "" ? "" : ` (${where})`;
};

/** A finding visible in the request itself. */
export const observedFinding = (
  code: FindingCode,
  message: string,
  headers: readonly HeaderPair[],
  more: { readonly certain?: boolean; readonly firstByte?: number | null; readonly fix?: string } = {},
): Finding => ({
  code,
  certain: more.certain ?? true,
  message,
  fix: more.fix ?? fixesFor(code, headers),
  firstByte: more.firstByte ?? null,
});

/** The finding if another platform's scheme matches. @param how completes "The request is signed the way X signs: …" */
export const otherSigner = (
  candidate: Profile,
  profile: Profile,
  headers: readonly HeaderPair[],
  how: string,
): Finding =>
  observedFinding(
    "provider-other",
    `The request is signed the way ${candidate.name} (${candidate.id}) signs, not the way ${profile.id} does: ${how}.`,
    headers,
    { fix: `Verify it with -p ${candidate.id}, or with -p auto.` },
  );

interface RuledOut {
  readonly tested: TestedCandidates;
  /** The number of tested secrets that may be right; nothing is said about the others. */
  readonly secrets: number;
  readonly stopped: boolean;
  readonly isJson: boolean;
  /** The header that proves the body intact. */
  readonly intact: string | undefined;
  /** The first URL tried, if the scheme signs it, and whether it was given or guessed. */
  readonly url: { readonly first: string | undefined; readonly isGiven: boolean } | undefined;
  /** Transforms that failed. */
  readonly failed: readonly string[];
  readonly hints: readonly string[];
}

/** The finding if nothing matched: what that rules out, what it doesn't, and what to collect next. Never a guess. */
export const unexplained = (facts: RuledOut, headers: readonly HeaderPair[]): Finding => {
  const { tested, url } = facts;
  const isUrlOpen = url?.isGiven === false;
  const opening = isUrlOpen ? [urlWords(url.first)] : [];
  const isUnruled = facts.secrets === 0 || tested.keys.size === 0;
  const ruledOut = isUnruled
    ? ["Until the right secret is given, nothing is ruled out."]
    : [`Ruled out: ${ruledOutWords(facts)}. Not ruled out: ${openWords(facts, isUrlOpen)}.`];
  const hints = facts.hints.map((hint) => `${capitalized(hint)}.`);
  const fix = `${fixesFor("unexplained", headers)}${url?.isGiven === true ? " The URL must be exactly the sender's, including any trailing slash." : ""}`;
  return {
    code: "unexplained",
    certain: false,
    message: [...opening, "No tested combination reproduces this signature.", ...ruledOut, ...hints].join(" "),
    fix: isUrlOpen ? `Pass --url with the URL the sender calls. ${fix}` : fix,
    firstByte: null,
  };
};

const urlWords = (first: string | undefined): string =>
  first === undefined
    ? "The URL is signed but unknown: pass --url."
    : `The URL is signed but was not given, so only guesses from the request were tried, ${first} first.`;

/** What was actually tested for this request. */
const ruledOutWords = ({ tested, secrets, url }: RuledOut): string => {
  const variants = [...tested.signingVariants];
  const distinct = (of: (one: SigningVariant) => string | undefined): number =>
    new Set(variants.map(of).filter((one) => one !== undefined)).size;
  const [urls, stamps] = [distinct((one) => one.url), distinct((one) => one.timestamp)];
  const ways = [
    pluralize(
      distinct((one) => `${one.kind} ${one.hash}`),
      "algorithm",
    ),
    pluralize(
      distinct((one) => one.content),
      "signed content",
    ),
    ...(stamps === 0 ? [] : [pluralize(stamps, "timestamp")]),
    // Guessed URLs rule nothing out.
    ...(urls > 0 && url?.isGiven === true ? [pluralize(urls, "URL")] : []),
  ].join(", ");
  const bodies = tested.bodies.size;
  return [
    `${pluralize(secrets, "secret")} in ${pluralize(tested.keys.size, "encoding")}`,
    `${pluralize(variants.length, "way")} to compute the signature (${ways})`,
    `and the body as received${bodies === 0 ? "" : ` and in ${pluralize(bodies, "changed form")}`}`,
  ].join(", ");
};

const openWords = ({ tested, stopped, failed, intact, isJson }: RuledOut, isUrlOpen: boolean): string =>
  [
    ...(isUrlOpen ? ["the URL"] : []),
    ...(stopped
      ? [`${tested.bodies.size > 0 ? "rarer" : "most"} combinations, because the search reached its limit`]
      : []),
    ...(failed.length > 0 ? [`body changes that could not be tested here (${failed.join(", ")})`] : []),
    ...(intact !== undefined
      ? [`another secret or signing method (the body is intact, as its ${intact} shows)`]
      : [
          isJson
            ? "re-serialization: a parser may have lost whitespace, escapes, number formats or key order that cannot be reconstructed"
            : "a change to the body that lost information",
          "a secret that was not given",
        ]),
  ].join("; ");
