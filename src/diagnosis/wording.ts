import type { HeaderPair } from "../request/request.ts";
import type { Finding, FindingCode } from "../signature/verdict.ts";
import { counted } from "../values/count.ts";
import { fixesFor } from "./fixes.ts";
import type { Tested } from "./search.ts";
import type { Step } from "./types.ts";

/** Who or what usually causes a finding. */
const culprits: Partial<Readonly<Record<FindingCode, string>>> = {
  "signature-prefix":
    "a sender that builds the header by hand, or a proxy that rewrites it, leaves out or changes the prefix",
  "signature-encoding":
    "digest('base64') for digest('hex') or the other way round, PHP's hash_hmac() without its binary flag, or an upper-casing format",
  "signature-truncated": "a log, a database column or a copy from a terminal cuts it off",
  "signature-malformed": "a template or a copy leaves quotes, blanks or other text at the signature",
  "timestamp-unit": "Date.now() counts milliseconds, time() and most schemes count seconds",
  "secret-whitespace":
    "echo and editors end what they write with a line feed, and .env files keep it; copies from a page bring blanks along",
  "secret-encoding":
    "some platforms hand out text to be used as it is and others base64 to be decoded; whsec_ means the first for Stripe and the second for Standard Webhooks",
  "secret-other": "an endpoint has its own secret, apart from other endpoints, modes and the other direction",
  "algorithm-other": "an older library or another version of the scheme computes it so",
  "content-other": "signer and verifier do not agree on what is signed besides the body",
  "body-reserialized":
    "express.json(), body-parser or another JSON parser followed by JSON.stringify() or json.dumps(), or a relay such as smee.io, does it",
  "body-escapes":
    "JSON is written anew by another library: PHP writes \\/ and \\u00e9, Python \\u00e9, Go and Rails \\u003c, JavaScript none of them",
  "body-numbers": "numbers are parsed and printed anew: JavaScript prints 1.0 as 1 and 1e3 as 1000",
  "body-line-endings": "an editor, git's autocrlf, curl -d @file or a copy through Windows changes them",
  "body-bom": "an editor or PowerShell puts it there; text readers take it away",
  "body-charset": "bytes are decoded in one charset and encoded in another, often Latin-1 as a default",
  "body-compressed": "a proxy, a CDN or a framework compresses or decompresses on the way",
};

/** A finding of a search step: what happened, where, who usually does it, and the fix for the common stacks. */
export const findingOf = (step: Step, certain: boolean, headers: readonly HeaderPair[]): Finding => {
  const culprit = step.culprit ?? culprits[step.code];
  const firstByte = step.firstByte ?? null;
  const places = step.places === undefined ? [] : [`${step.places} ${step.places === 1 ? "place" : "places"}`];
  const first = firstByte === null ? [] : [`first at byte ${firstByte}`];
  const where = [...places, ...first].join(", ");
  const verb = certain ? "The signature matches once" : "What there is of the signature matches once";
  return {
    code: step.code,
    certain,
    message: `${verb} ${step.done}${where === "" ? "" : ` (${where})`}.${culprit === undefined ? "" : ` Usual culprit: ${culprit}.`}`,
    fix: fixesFor(step.code, headers),
    firstByte,
  };
};

/** A finding that the request itself shows. */
export const seen = (
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

export interface RuledOut {
  readonly tested: Tested;
  readonly secrets: number;
  readonly stopped: boolean;
  readonly isJson: boolean;
  readonly intact: boolean;
  readonly hints: readonly string[];
}

/** Nothing matched: what that rules out, what it does not, and what to gather. Never a guess. */
export const unexplained = (facts: RuledOut, headers: readonly HeaderPair[]): Finding => {
  const { keys, signingVariants, changed } = facts.tested;
  const ruledOut = [
    `${counted(facts.secrets, "secret")} in ${counted(keys.size, "reading")}`,
    `${counted(signingVariants.size, "way")} to compute the signature (algorithms, signed contents, URLs, timestamps)`,
    `and the body as received${changed ? " and as changed by parsers, editors, proxies and charsets" : ""}`,
  ].join(", ");
  const open = [
    ...(facts.stopped ? [`${changed ? "rarer" : "most"} combinations, since the search ended at its budget`] : []),
    facts.intact
      ? "the secret and what is signed, since the body is what its Content-Digest says"
      : facts.isJson
        ? "reserialization, since a parser that wrote the JSON anew may have lost blanks, escapes, number spellings or key order that cannot be guessed back"
        : "a change of the body that loses information",
    "a secret that is not known here",
  ];
  const hints = facts.hints.map((hint) => ` ${hint.slice(0, 1).toUpperCase()}${hint.slice(1)}.`).join("");
  return {
    code: "unexplained",
    certain: false,
    message: `Nothing that was tried makes the signature match. Ruled out: ${ruledOut}. Not ruled out: ${open.join("; ")}.${hints}`,
    fix: fixesFor("unexplained", headers),
    firstByte: null,
  };
};
