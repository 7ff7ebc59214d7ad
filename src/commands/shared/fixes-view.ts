import type { Finding } from "../../signature/verdict.ts";
import { wrap } from "../../cli/wrap.ts";

/**
 * The fix of each finding, without text that an earlier fix already contains, since one fix often serves several
 * causes.
 */
export const distinctFixes = (findings: readonly Finding[]): readonly string[] => {
  const seenFixes = new Set<string>();
  return findings.map(({ fix }) => {
    if (seenFixes.has(fix)) return "";
    seenFixes.add(fix);
    const [lead = "", ...code] = fix.split("\n");
    if (code.length === 0) return fix;
    const stacks = code.join("\n");
    if (seenFixes.has(stacks)) return lead.replace(/:$/, ": as above.");
    seenFixes.add(stacks);
    return fix;
  });
};

/**
 * The same, shortened to the code for at most one stack.
 * @param isNamed whether the request's headers identify a stack, whose code then comes first; otherwise no code is
 *   shown
 */
export const briefFixes = (findings: readonly Finding[], isNamed: boolean): readonly string[] => {
  const maxBlocks = isNamed ? 2 : 1;
  const brief = findings.map((finding) => {
    const lines = finding.fix.split("\n");
    if (lines.length === 1) return finding;
    const [lead = "", ...code] = lines.slice(0, maxBlocks);
    return { ...finding, fix: code.length > 0 ? [lead, ...code].join("\n") : sentence(lead) };
  });
  return distinctFixes(brief);
};

/** The introduction to code, changed into a sentence because no code follows. */
const sentence = (lead: string): string => lead.replace(/ In code:$/, "").replace(/:$/, ".");

/** Whether code for other stacks was left out. */
export const isBrief = (findings: readonly Finding[]): boolean => findings.some(({ fix }) => fix.includes("\n"));

/** Wraps prose to the width; the lines of code after it are unchanged, so that they can be copied. */
export const fixText = (fix: string, width: number): string => {
  const [lead = "", ...code] = fix.split("\n");
  return [wrap(lead, width), ...code].join("\n");
};
