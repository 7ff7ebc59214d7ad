import type { BundleCheck } from "../../evidence/bundle/verify.ts";
import type { Conclusion, Item } from "../../evidence/types.ts";
import { pluralize } from "../../values/count.ts";
import { formatSize } from "../../values/size.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";
import { hangingIndent, wrap } from "../../cli/wrap.ts";
import type { Infer } from "../../values/infer.ts";
import { plainMarkdown } from "./plain.ts";
import type { evidenceOutput, evidenceRedactOutput } from "./schema.ts";

type EvidenceData = Infer<typeof evidenceOutput>;
type RedactData = Infer<typeof evidenceRedactOutput>;

/** The conclusion, the list of what support asks for, and the archive. */
export const evidenceView = (data: EvidenceData, paint: Paint): string => {
  const { conclusion, items } = data;
  const missing = items.filter(({ status, required }) => status === "missing" && required).length;
  const sum =
    missing === 0
      ? paint`${paint.good(paint.mark.yes)} ${paint.good("complete")}`
      : paint`${paint.bad(paint.mark.no)} ${paint.bad(`${missing} of ${items.filter(({ required }) => required).length} required items missing`)}`;
  if (paint.verbosity === "line") return sum;
  return [
    paint`${toned(conclusion, paint)}${conclusion.proved ? paint.dim("  proved") : ""}`,
    paint`${paint.block(wrap(conclusion.symptom, paint.width - 2), "  ")}`,
    "",
    labelled("cause:", conclusion.cause, paint),
    labelled("next:", ` ${conclusion.next}`, paint),
    "",
    ...items.map((item) => itemLine(item, paint)),
    ...(data.problems.length === 0
      ? []
      : [
          "",
          ...data.problems
            .slice(0, 5)
            .map((one) => paint`  ${paint.warn("note:")} ${paint.block(hangingIndent(one, paint.width, 8))}`),
          ...(data.problems.length > 5 ? [paint`  ${paint.warn("note:")} ${data.problems.length - 5} more`] : []),
        ]),
    "",
    data.dryRun
      ? paint`${paint.bold("would write")} ${paint.block(hangingIndent(`would write ${data.files.map(({ name }) => name).join(", ")}`, paint.width, 2).slice("would write ".length))}`
      : paint`${paint.bold("wrote")} ${data.file} ${paint.dim(`${formatSize(data.bytes)}, ${data.files.length} files, ${pluralize(data.masked, "value")} masked`)}`,
    paint`${paint.dim("manifest sha256")} ${data.manifestSha256}`,
    sum,
  ].join("\n");
};

/** The verdict in its colour, leaving room for a word after it. */
const toned = ({ tone, verdict }: Conclusion, paint: Paint): SafeText => {
  const lines = paint.block(wrap(verdict, paint.width - 8));
  return tone === "good" ? paint.good(lines) : tone === "bad" ? paint.bad(lines) : paint.warn(lines);
};

/** A label with its text; later lines are indented further. */
const labelled = (label: string, text: string, paint: Paint): string => {
  const [first = "", ...rest] = wrap(`${label} ${text}`, paint.width - 4).split("\n");
  return [
    paint`  ${paint.accent(label)}${first.slice(label.length)}`,
    ...rest.map((line) => paint`${paint.block(line, "    ")}`),
  ].join("\n");
};

const itemLine = ({ title, status, required, value, source, how }: Item, paint: Paint): string => {
  if (status === "collected")
    return paint`  ${paint.good(paint.mark.yes)} ${paint.block(hangingIndent(`${title}: ${value} (${source ?? ""})`, paint.width, 4))}`;
  const mark = required ? paint.bad(paint.mark.no) : paint.dim(paint.mark.skip);
  return [
    paint`  ${mark} ${title}: ${required ? paint.bad("missing") : paint.dim("not given")}`,
    paint`${paint.block(wrap(how ?? "", paint.width - 8), "      ")}`,
  ].join("\n");
};

/** The result of a bundle's check: each file that doesn't match the manifest, then the bundle's summary. */
export const bundleCheckView = (data: BundleCheck, paint: Paint): string => {
  const bad = data.files.filter(({ status }) => status !== "ok");
  return [
    data.intact
      ? paint`${paint.good(paint.mark.yes)} ${paint.good("intact")} ${data.file}: ${data.files.length} files and the manifest match`
      : paint`${paint.bad(paint.mark.no)} ${paint.bad("not intact")} ${data.file}`,
    ...bad.map(({ name, status }) => paint`  ${paint.bad(status)} ${name}`),
    ...(data.manifestMatches === false
      ? [paint`  ${paint.bad("the manifest does not match the digest that was given")}`]
      : []),
    paint`${paint.dim("manifest sha256")} ${data.manifestSha256}`,
    ...(data.manifestMatches === null
      ? [paint`  ${paint.dim("compare it with the digest the sender saw, or pass it with --manifest")}`]
      : []),
    "",
    paint`${paint.block(plainMarkdown(data.summary.trimEnd()))}`,
  ].join("\n");
};

/** What `evidence redact` masked, by rule and place. */
export const redactView = (data: RedactData, paint: Paint): string =>
  [
    paint`${paint.good(paint.mark.yes)} wrote ${data.file} ${paint.dim(formatSize(data.bytes))}`,
    ...data.redactions.map(
      ({ rule, file, place, count }) => paint`  ${paint.bold(rule)} ${file} ${paint.dim(place)} × ${count}`,
    ),
    ...(data.redactions.length === 0 ? [paint`  ${paint.warn("no rule matched")}`] : []),
    paint`${paint.dim("manifest sha256")} ${data.manifestSha256}`,
  ].join("\n");
