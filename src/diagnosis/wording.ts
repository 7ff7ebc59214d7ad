import type { HeaderPair } from "../request/request.ts";
import { advice } from "../signature/advice.ts";
import type { Finding, FindingCode } from "../signature/verdict.ts";
import { counted } from "../values/count.ts";
import { fixesFor } from "./fixes.ts";
import type { Tested } from "./search.ts";
import type { Step } from "./types.ts";

/** A finding of a search step: what happened, where, who usually does it, and the fix for the common stacks. */
export const findingOf = (step: Step, certain: boolean, headers: readonly HeaderPair[]): Finding => {
  const culprit = step.culprit ?? advice[step.code].culprit;
  const firstByte = step.firstByte ?? null;
  const places = step.places === undefined ? [] : [counted(step.places, "place")];
  const first = firstByte === null ? [] : [`first at byte ${firstByte}`];
  const where = [...places, ...first].join(", ");
  const verb = certain ? "The signature matches once" : "What there is of the signature matches once";
  return {
    code: step.code,
    certain,
    message: `${verb} ${step.done}${where === "" ? "" : ` (${where})`}.${culprit === null ? "" : ` Usual culprit: ${culprit}.`}`,
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

interface RuledOut {
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
