import { acceptances } from "./acceptances.ts";
import type { CheckCase } from "./case.ts";
import { challengeCases } from "./challenges.ts";
import { conduct } from "./conduct.ts";
import { forgeries } from "./forgeries.ts";
import { caseIds } from "./types.ts";

const order: ReadonlyMap<string, number> = new Map(caseIds.map((id, at) => [id, at]));

/** All cases, in the order in which results are reported. */
export const cases: readonly CheckCase[] = [...acceptances, ...forgeries, ...conduct, ...challengeCases].toSorted(
  (a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0),
);
