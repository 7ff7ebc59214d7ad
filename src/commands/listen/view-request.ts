import type { IdentityFlag, RequestEvent, Unverified } from "../../listener/events.ts";
import { bodyPreview } from "../../cli/body-preview.ts";
import { decodeBytes } from "../../request/request.ts";
import type { EncodedBytes } from "../../request/request.ts";
import { formatSize } from "../../values/size.ts";
import type { Paint, SafeText } from "../../cli/paint.ts";

const unverifiedWords: Readonly<Record<Unverified, string>> = {
  "no-provider": "not verified: no known signature header",
  "no-secret": "not verified: no secret",
  undocumented: "not verified: the platform does not document its signature",
  "too-large": "not verified: the body is too large",
  unsigned: "not signed by the platform",
  failed: "not verified: the analysis failed",
};

/** The verdict in a few words: `✓ valid`, `✗ invalid: body-escapes`, `– not verified: no secret`. */
export const verdictWords = ({ verdict, unverified }: RequestEvent, paint: Paint): SafeText => {
  if (verdict === undefined) {
    const why = unverified === null ? "not verified" : unverifiedWords[unverified];
    return paint.markSafe(paint`${paint.mark.skip} ${paint.dim(why)}`);
  }
  if (verdict.valid)
    return paint.markSafe(paint`${paint.good(paint.mark.yes)} ${paint.good("valid")} ${paint.dim(verdict.provider)}`);
  const causes = [...new Set(verdict.findings.map((finding) => finding.code))].join(" + ");
  return paint.markSafe(
    paint`${paint.bad(paint.mark.no)} ${paint.bad("invalid")} ${paint.dim(verdict.provider)}: ${paint.bold(causes)}`,
  );
};

/** How the sender broke the event's identity, and what it should do instead. */
export const flagView = (flag: IdentityFlag, paint: Paint): string =>
  paint`  ${paint.warn(paint.mark.warn)} ${flagWords(flag)}`;

const flagWords = (flag: IdentityFlag): string => {
  switch (flag.code) {
    case "id-changed":
      return `the same body arrived earlier as ${flag.was}: a retry must keep its id, or receivers cannot deduplicate it`;
    case "body-changed":
      return "this id arrived earlier with a different body: a retry must repeat the body";
    case "timestamp-reused":
      return `an earlier attempt had the same timestamp, ${flag.timestamp}: each retry must be re-signed`;
  }
};

/** Hex in rows of sixteen bytes. */
const hexRows = (bytes: Buffer): readonly string[] =>
  (bytes.toString("hex").match(/.{1,32}/g) ?? []).map((row) => row.replace(/..(?!$)/g, "$& "));

/** The beginning of a body, or all of it, with control characters visible; no lines for an empty body. */
export const bodyView = (body: EncodedBytes, overflow: boolean, all: boolean, paint: Paint): readonly string[] => {
  if (body.data === "") return [];
  const bytes = decodeBytes(body);
  const cut = overflow ? ", cut off at --max-body" : "";
  if (body.encoding === "base64") {
    const shown = bytes.subarray(0, all ? bytes.length : 64);
    const left = bytes.length - shown.length;
    return [
      "",
      paint`  ${paint.dim(`(${formatSize(bytes.length)}, not UTF-8${cut})`)}`,
      ...hexRows(shown).map((row) => paint`  ${row}`),
      ...(left === 0 ? [] : [paint`  ${paint.dim(paint.mark.dots)} ${paint.dim(`${formatSize(left)} more`)}`]),
    ];
  }
  const rest = overflow ? [paint`  ${paint.dim("(cut off at --max-body)")}`] : [];
  return ["", ...bodyPreview(body.data, paint, all).map((line) => (line === "" ? line : `  ${line}`)), ...rest];
};
