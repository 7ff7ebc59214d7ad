import * as z from "zod";
import { readJson } from "../values/json-text.ts";
import type { JsonNode } from "../values/json-text.ts";
import { nearest } from "../values/nearest.ts";
import { firstError, lineAndColumn, placeOf } from "../values/parse-json.ts";

/** A problem with a field of the project file. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** The message, to follow the field's name: `is missing`. */
  readonly message: string;
  /** The name or value that was probably meant. */
  readonly nearest?: string | undefined;
  /** Whether the field's name is wrong, rather than its value. */
  readonly isName?: true;
}

/** A problem with its place in the file's text. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  /** `providers[0].delivery.timeout`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
  readonly nearest: string | null;
}

/** Limits how many problems are computed and reported: an untrusted file can have a million. */
export const maxProblems = 1000;

/** Where and why a text isn't JSON; undefined if it is. */
export const syntaxProblem = (text: string): PlacedProblem | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return {
      ...lineAndColumn(text, firstError(text)),
      field: "",
      message: `is not JSON${placeOf(text)}`,
      nearest: null,
    };
  }
};

/** All problems of a value under a schema, in words that make sense without knowing zod. */
export const problemsIn = (value: unknown, schema: z.ZodType): readonly Problem[] => {
  const { error } = schema.safeParse(value, { reportInput: true });
  return error === undefined ? [] : said(error.issues, schema);
};

/** Converts issues to problems. A misnamed field isn't also reported as missing. */
const said = (issues: readonly z.core.$ZodIssue[], schema: z.ZodType): readonly Problem[] => {
  const problems = issues.slice(0, maxProblems).flatMap((issue) => describeIssue(issue, schema));
  const meant = new Set(
    problems.flatMap(({ path, isName, nearest }) =>
      isName === true && nearest !== undefined ? [JSON.stringify([...path.slice(0, -1), nearest])] : [],
    ),
  );
  return problems.filter(({ path, message }) => message !== missing || !meant.has(JSON.stringify(path)));
};

const missing = "is missing";

const describeIssue = (issue: z.core.$ZodIssue, schema: z.ZodType): readonly Problem[] => {
  const { path } = issue;
  switch (issue.code) {
    case "unrecognized_keys": {
      const fields = fieldsAt([schema], path);
      return issue.keys.slice(0, maxProblems).map((key) => ({
        path: [...path, key],
        message: `there is no field '${cut(key)}'`,
        nearest: near(key, fields),
        isName: true,
      }));
    }
    case "invalid_value":
      return [{ path, ...noneOf(issue.values, issue.input) }];
    case "invalid_type":
      return [{ path, message: typeWords(issue) }];
    case "too_small":
      return [{ path, message: sizeWords(issue.origin, "fewer", issue.minimum) }];
    case "too_big":
      return [{ path, message: sizeWords(issue.origin, "more", issue.maximum) }];
    case "invalid_key":
      return [{ path, message: issue.issues[0]?.message ?? issue.message, isName: true }];
    case "custom": {
      const meant: unknown = issue.params?.["nearest"];
      return [{ path, message: issue.message, ...(typeof meant === "string" ? { nearest: meant } : {}) }];
    }
    case "invalid_union":
      return "options" in issue && issue.options !== undefined
        ? [{ path, ...noneOf(issue.options, kindOf(issue)) }]
        : byNearestForm(issue, schema);
    default:
      return [{ path, message: issue.message }];
  }
};

/** For a value with several forms, reports the problems of the closest form: the one that validates furthest. */
const byNearestForm = (issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType): readonly Problem[] => {
  const forms = issue.errors.map((issues) => ({
    problems: said(
      issues.map((one) => ({ ...one, path: [...issue.path, ...one.path] })),
      schema,
    ),
    depth: Math.max(...issues.map(depthOf)),
    isOtherType: issues.some((one) => one.code === "invalid_type" && one.path.length === 0),
  }));
  const [best] = forms.toSorted(
    (a, b) =>
      b.depth - a.depth || Number(a.isOtherType) - Number(b.isOtherType) || a.problems.length - b.problems.length,
  );
  return best?.problems ?? [{ path: issue.path, message: issue.message }];
};

const depthOf = (issue: z.core.$ZodIssue): number =>
  issue.path.length + (issue.code === "invalid_union" ? Math.max(0, ...issue.errors.flat().map(depthOf)) : 0);

/** The discriminator that identifies a value's form. */
const kindOf = ({ input, path }: z.core.$ZodIssueInvalidUnion): unknown => {
  const kind = path.at(-1);
  return typeof input === "object" && input !== null && kind !== undefined ? Reflect.get(input, kind) : input;
};

const noneOf = (values: readonly unknown[], given: unknown): Pick<Problem, "message" | "nearest"> => {
  const known = values.map(String);
  const nearest = typeof given === "string" ? near(given, known) : undefined;
  return { message: `is not one of ${known.join(", ")}`, nearest };
};

const sizeWords = (origin: string, by: "fewer" | "more", limit: number | bigint): string => {
  if (origin !== "string" && origin !== "array") return `is ${by === "fewer" ? "less" : "more"} than ${limit}`;
  if (by === "fewer" && Number(limit) === 1) return "is empty";
  return `has ${by} than ${limit} ${origin === "string" ? "characters" : "items"}`;
};

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
};

const typeWords = (issue: z.core.$ZodIssueInvalidType): string => {
  const received = /received (\w+)$/.exec(issue.message)?.[1] ?? "";
  return received === "undefined"
    ? missing
    : `is ${kinds[received] ?? received}, expected ${kinds[issue.expected] ?? issue.expected}`;
};

/** The field names allowed at a place of a schema, in any of its forms. */
const fieldsAt = (schemas: readonly z.core.$ZodType[], path: readonly PropertyKey[]): readonly string[] => {
  const forms = schemas.flatMap(formsOf);
  const [step, ...rest] = path;
  if (step === undefined)
    return [...new Set(forms.flatMap((form) => (form instanceof z.ZodObject ? Object.keys(form.shape) : [])))];
  return fieldsAt(
    forms.flatMap((form): readonly z.core.$ZodType[] => {
      if (form instanceof z.ZodObject) {
        const within: z.core.$ZodType | undefined = form.shape[String(step)];
        return within === undefined ? [] : [within];
      }
      if (form instanceof z.ZodArray) return [form.element];
      if (form instanceof z.ZodRecord) return [form.valueType];
      return form instanceof z.ZodTuple ? form.def.items : [];
    }),
    rest,
  );
};

/** A schema without `optional` and `default` wrappers; for a union, each of its forms. */
const formsOf = (schema: z.core.$ZodType): readonly z.core.$ZodType[] => {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(formsOf);
  const { def } = schema._zod;
  return "innerType" in def && def.innerType instanceof z.ZodType ? formsOf(def.innerType) : [schema];
};

const longest = 64;
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** Like `nearest`, for a word of any length from a file. */
export const near = (word: string, candidates: readonly string[]): string | undefined =>
  word.length > longest ? undefined : nearest(word, candidates);

/** Locates each problem in the text, in the text's order. */
export const placedIn = (text: string, problems: readonly Problem[]): readonly PlacedProblem[] => {
  const root = readJson(text);
  return problems
    .slice(0, maxProblems)
    .map((problem) => ({ problem, at: root === undefined ? 0 : offsetOf(root, text, problem) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ problem: { path, message, nearest }, at }) => ({
      ...lineAndColumn(text, at),
      field: fieldName(path),
      message,
      nearest: nearest ?? null,
    }));
};

/** The offset of a field; for a missing one, that of the innermost existing parent. */
const offsetOf = (root: JsonNode, text: string, { path, isName }: Problem): number => {
  let node = root;
  for (const [depth, step] of path.entries()) {
    const member = node.kind === "object" ? node.members.findLast((one) => one.key === String(step)) : undefined;
    const next = member?.value ?? (node.kind === "array" ? node.items[Number(step)] : undefined);
    if (next === undefined) break;
    // The key is the last thing before its value.
    if (isName === true && depth === path.length - 1 && member !== undefined)
      return text.lastIndexOf(member.rawKey, member.value.start);
    node = next;
  }
  return node.start;
};

/** `providers[0].delivery.timeout`. */
const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((step, at) => (typeof step === "number" ? `[${step}]` : `${at === 0 ? "" : "."}${cut(String(step))}`))
    .join("");
