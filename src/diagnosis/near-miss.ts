import { BudgetTracker } from "./budget.ts";
import type { Budget } from "./budget.ts";
import { macOf } from "./search.ts";
import type { Match, Outcome, SearchSpace } from "./search.ts";
import type { SignatureText } from "./targets.ts";
import type { Step } from "./types.ts";

/** Only the likeliest combinations are tested for a nearly matching signature. */
const maxTotal = 3;
/**
 * The number of characters that may differ. In a signature shorter than `minLength`, a match with that tolerance proves
 * nothing.
 */
const maxEdits = 2;
const minLength = 27;
/** This many visible characters around an ellipsis are enough for proof. */
const minVisible = 16;

/**
 * Looks for a signature that is off by one or two characters, or whose middle was elided by a viewer. If it matches,
 * secret, content and body are right, and the header was changed.
 */
export const nearMiss = (
  space: SearchSpace,
  texts: readonly SignatureText[],
  budget: Budget,
  now?: () => number,
): Outcome => {
  const tracker = new BudgetTracker(budget, now);
  const marked = texts.filter(({ text }) => text.length >= minVisible && text.length <= 200).slice(0, 8);
  const outcome = (match: Match | undefined): Outcome => ({ match, tried: tracker.tried, stopped: false });
  if (marked.length === 0) return outcome(undefined);
  for (let total = 0; total <= maxTotal; total++) {
    for (let cost = 0; cost <= total; cost++) {
      for (const body of space.bodies.at(cost, tracker)) {
        const bytes = tracker.spend(body.work) ? body.bytes() : undefined;
        if (bytes === undefined) continue;
        for (const variant of space.signingVariants) {
          if (variant.cost > total - cost) break;
          if (variant.cut === true || variant.length < 20) continue;
          for (const key of space.keys) {
            if (key.cost !== total - cost - variant.cost) continue;
            if (!tracker.try(bytes.length)) return outcome(undefined);
            const mac = macOf(bytes, variant, key);
            for (const notation of ["hex", "base64"] as const) {
              const due = mac.toString(notation);
              for (const { text, steps } of marked) {
                const step = elided(due, text) ?? altered(due, text);
                if (step === undefined) continue;
                const all = [...steps, step, ...key.steps, ...variant.steps, ...body.steps()];
                return outcome({ steps: all, key, variant, notation, certain: true, body: bytes });
              }
            }
          }
        }
      }
    }
  }
  return outcome(undefined);
};

const altered = (due: string, text: string): Step | undefined => {
  if (due.length < minLength || Math.abs(due.length - text.length) > maxEdits) return undefined;
  const found = edits(due, text, 0, 0, maxEdits);
  if (found === undefined || found.length === 0) return undefined;
  return { code: "signature-altered", done: found.join(" and ") };
};

/** The smallest edit from `text` to `due`, in words. @returns undefined if it needs more than `editsLeft` edits */
const edits = (
  due: string,
  text: string,
  from: number,
  to: number,
  editsLeft: number,
): readonly string[] | undefined => {
  let [i, j] = [from, to];
  while (i < due.length && j < text.length && due[i] === text[j]) [i, j] = [i + 1, j + 1];
  if (i === due.length && j === text.length) return [];
  if (editsLeft === 0) return undefined;
  const [is, was] = [due[i] ?? "", text[j] ?? ""];
  const ways: readonly (readonly [string, number, number])[] = [
    [`character ${j + 1} of the signature is '${is}' and not '${was}'`, i + 1, j + 1],
    [`the extra '${was}' at character ${j + 1} of the signature is removed`, i, j + 1],
    [`the missing '${is}' is inserted at character ${j + 1} of the signature`, i + 1, j],
  ];
  let best: readonly string[] | undefined;
  for (const [done, nextDue, nextText] of ways) {
    if (nextDue > due.length || nextText > text.length) continue;
    const rest = edits(due, text, nextDue, nextText, editsLeft - 1);
    if (rest !== undefined && (best === undefined || rest.length + 1 < best.length)) best = [done, ...rest];
  }
  return best;
};

const ellipsis = /\.{2,}|\u2026|\xe2\x80\xa6/;

const elided = (due: string, text: string): Step | undefined => {
  const found = ellipsis.exec(text);
  if (found === null) return undefined;
  const head = text.slice(0, found.index);
  const tail = /^[A-Za-z0-9+/=]*/.exec(text.slice(found.index + found[0].length))?.[0] ?? "";
  const visibleLength = head.length + tail.length;
  if (visibleLength < minVisible || visibleLength >= due.length) return undefined;
  if (!due.startsWith(head) || !due.endsWith(tail)) return undefined;
  return {
    code: "signature-truncated",
    done: `the ellipsis after character ${head.length} of the signature replaces ${due.length - visibleLength} characters`,
    culprit: "a viewer, log or chat shortened the value",
  };
};
