import type { Infer } from "../../values/infer.ts";
import type { redactionSchema } from "../schema.ts";

/** A row of `redactions.json`. */
export type RedactionCount = Infer<typeof redactionSchema>;

/** Where something was masked. Never a value. */
export type Place = Pick<RedactionCount, "file" | "place">;

/** Counts what was masked: by rule, file and place, never with a value. */
interface RedactionLog {
  note(rule: string, at: Place): void;
  rows(): readonly RedactionCount[];
}

/** Creates an empty log. */
export const makeRedactionLog = (): RedactionLog => {
  const counts = new Map<string, RedactionCount>();
  return {
    note(rule, { file, place }) {
      const short = place.length > 120 ? `${place.slice(0, 119)}…` : place;
      const key = JSON.stringify([file, short, rule]);
      const count = (counts.get(key)?.count ?? 0) + 1;
      counts.set(key, { rule, file, place: short, count });
    },
    rows: () => [...counts.values()],
  };
};
