import type { Finding } from "../../signature/verdict.ts";
import { wrap } from "../../cli/wrap.ts";

/** The fix of each finding, without what an earlier one says: one mend often serves several causes. */
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
 * The same in short: of the code for many stacks the first, or none.
 * @param isNamed whether the request's headers name a stack, which is the first then
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

/** What leads to code, where none follows. */
const sentence = (lead: string): string => lead.replace(/ In code:$/, "").replace(/:$/, ".");

/** Whether code for other stacks was left out. */
export const isBrief = (findings: readonly Finding[]): boolean => findings.some(({ fix }) => fix.includes("\n"));

/** Prose is broken at the width; the lines of code after it stand as they are, to be copied. */
export const fixText = (fix: string, width: number): string => {
  const [lead = "", ...code] = fix.split("\n");
  return [wrap(lead, width), ...code].join("\n");
};
