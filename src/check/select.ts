import { HookproofError } from "../errors.ts";
import { nearest } from "../values/nearest.ts";
import { caseIds } from "./types.ts";
import type { CaseId } from "./types.ts";

/**
 * Parses case ids: one, or a comma-separated list.
 * @throws HookproofError `usage` for an unknown id, with the nearest as the hint
 */
export const parseCaseIds = (text: string): readonly CaseId[] =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .map((word) => {
      const id = caseIds.find((one) => one === word);
      if (id !== undefined) return id;
      const near = nearest(word, caseIds);
      throw new HookproofError("usage", `there is no case '${word}'`, {
        hint: near === undefined ? `the cases: ${caseIds.join(", ")}` : `did you mean ${near}?`,
      });
    });
