import type { Paint } from "../../cli/paint.ts";
import { pluralize } from "../../values/count.ts";
import type { Infer } from "../../values/infer.ts";
import type { redactOutput } from "./schema.ts";

export type RedactReport = Infer<typeof redactOutput>;

/** How many places are shown per file and rule; `--json` has all. */
const maxPlaces = 5;

/** What was masked, by file, rule and place. */
export const reportView = ({ files, check, redactions }: RedactReport, paint: Paint): string =>
  files
    .flatMap(({ file, kind, output, masked }) => {
      const mark = check && masked > 0 ? paint.bad(paint.mark.no) : paint.good(paint.mark.yes);
      const what = masked === 0 ? "nothing to mask" : `${pluralize(masked, "value")} ${check ? "to mask" : "masked"}`;
      const to = output === null || output === "-" ? [] : [paint`${paint.mark.arrow} ${output}`];
      const head = [paint`${mark} ${file} ${paint.dim(kind)}: ${what}`, ...to].join(" ");
      return paint.verbosity === "line" ? [head] : [head, ...rulesView(file, redactions, paint)];
    })
    .join("\n");

const rulesView = (file: string, redactions: RedactReport["redactions"], paint: Paint): readonly string[] => {
  const byRule = new Map<string, RedactReport["redactions"]>();
  for (const row of redactions) if (row.file === file) byRule.set(row.rule, [...(byRule.get(row.rule) ?? []), row]);
  return [...byRule].map(([rule, rows]) => {
    const places = rows.slice(0, maxPlaces).map(({ place, count }) => (count === 1 ? place : `${place} × ${count}`));
    const more = rows.length > maxPlaces ? `, and ${pluralize(rows.length - maxPlaces, "more place")}` : "";
    const sum = rows.reduce((total, { count }) => total + count, 0);
    return paint`  ${paint.bold(rule)} × ${sum} ${paint.dim(`${places.join(", ")}${more}`)}`;
  });
};
