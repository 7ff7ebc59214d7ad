import { utf8Text } from "../request/request.ts";
import { nodeAt, readJson, scalarText } from "../values/json-text.ts";
import type { Field, Profile } from "./profile.ts";

/** A field of a payload that the platform will object to, or would like to have. */
interface FieldProblem {
  readonly path: string;
  readonly need: Field["need"];
  /** The problem, to follow the field's name: `is missing`. The path is empty if the payload itself is wrong. */
  readonly problem: string;
}

// Matches the e-mail addresses people really have; the full grammar of RFC 5322 allows far more.
const email = /^[^\s@<>"(),:;]+@[^\s@.<>"(),:;]+(?:\.[^\s@.<>"(),:;]+)+$/;

/** Checks a payload against the fields that its platform documents. */
export const fieldProblems = (profile: Profile, body: Buffer): readonly FieldProblem[] => {
  const fields = profile.envelope.fields ?? [];
  const text = utf8Text(body);
  const root = text === undefined ? undefined : readJson(text);
  if (fields.length === 0) return [];
  if (root?.kind !== "object") return [{ path: "", need: "required", problem: "is not a JSON object" }];
  return fields.flatMap((field) => {
    const node = nodeAt(root, field.path);
    const value = scalarText(node);
    const about = field.meaning === undefined ? "" : ` (${field.meaning})`;
    const problem = (text: string): readonly FieldProblem[] => [
      { path: field.path, need: field.need, problem: `${text}${about}` },
    ];
    if (node === undefined || (node.kind === "literal" && node.raw === "null") || value?.trim() === "") {
      return field.need === "optional" ? [] : problem(node === undefined ? "is missing" : "is empty");
    }
    if (field.format === "object") return node.kind === "object" ? [] : problem("is not an object");
    if (field.format !== undefined && node.kind !== "string") return problem("is not a string");
    if (field.format === "email" && !email.test(value ?? ""))
      return problem(`is '${value ?? ""}', which is not an e-mail address`);
    if (field.format === "iso-time" && Number.isNaN(Date.parse(value ?? "")))
      return problem(`is '${value ?? ""}', which is not an ISO 8601 time`);
    return [];
  });
};
