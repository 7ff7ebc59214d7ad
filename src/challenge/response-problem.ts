import type { Challenge } from "../providers/profile.ts";
import { headerValue, utf8Text } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import { filledText, hmacOf } from "./template.ts";
import type { PlaceholderValues } from "./template.ts";

interface Response {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
}

type Form = Challenge["answers"][number];

/**
 * Why a response doesn't answer the challenge, as a clause; undefined if it does.
 * @param secret used to compute `{hmac}`
 */
export const responseProblem = (
  challenge: Challenge,
  value: string,
  secret: Secret | undefined,
  response: Response,
): string | undefined => {
  const hmac = secret === undefined ? undefined : hmacOf(challenge, value, secret);
  const fillings: PlaceholderValues = { challenge: value, ...(hmac === undefined ? {} : { hmac }) };
  const problems: Problem[] = [];
  for (const form of challenge.answers) {
    const problem = problemOf(form, fillings, response);
    if (problem === undefined) return undefined;
    problems.push(problem);
  }
  // The platform accepts several forms: report the problem of the closest one.
  const nearest = problems.reduce((best, one) => (one.matchedLength > best.matchedLength ? one : best));
  return nearest.place === "hmac" && secret !== undefined
    ? (otherHmac(challenge, value, secret, nearest.seen) ?? nearest.what)
    : nearest.what;
};

interface Problem {
  readonly what: string;
  /** How much of the form matched before the problem. */
  readonly matchedLength: number;
  /** Set if the problem is in the HMAC's position. */
  readonly place?: "hmac";
  readonly seen?: string;
}

const problemOf = (
  form: Form,
  fillings: PlaceholderValues,
  { status, headers, body }: Response,
): Problem | undefined => {
  if (!form.status.includes(status))
    return { what: `the status is ${status}, not ${form.status.join(" or ")}`, matchedLength: 0 };
  const bytes = utf8Text(body);
  if (bytes === undefined) return { what: "the body is not UTF-8", matchedLength: 1 };
  for (const [name, ...texts] of form.headers ?? []) {
    const seen = headerValue(headers, name);
    // A header without placeholders is only recommended; the platform doesn't check it.
    if (!texts.some((text) => text.includes("{"))) continue;
    if (seen === undefined) return { what: `the header ${name} is missing`, matchedLength: 1 };
    if (!texts.some((text) => filledText(text, fillings) === seen))
      return { what: `the header ${name} is not ${filledText(texts[0] ?? "", fillings)}`, matchedLength: 1 };
  }
  const problem =
    form.json === undefined ? textProblem(form, fillings, bytes) : jsonProblem(form.json, fillings, bytes);
  if (problem !== undefined) return problem;
  const type = (headerValue(headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return form.type === undefined || type === form.type
    ? undefined
    : { what: `its Content-Type is ${type === "" ? "missing" : type}, not ${form.type}`, matchedLength: 3 };
};

const textProblem = ({ text }: Form, fillings: PlaceholderValues, body: string): Problem | undefined => {
  if (text === undefined) return undefined;
  const wanted = filledText(text, fillings);
  if (body === wanted) return undefined;
  const matchedLength = body.includes(fillings.challenge ?? "") ? 2 : 1;
  if (body === "") return { what: "the response has no body: it must be the challenge", matchedLength };
  if (body === JSON.stringify(wanted))
    return { what: "the challenge is in quotes: it was sent as JSON, not as text", matchedLength };
  if (body.trim() === wanted) return { what: "there is whitespace around the challenge", matchedLength };
  if (body === encodeURIComponent(wanted) || body === new URLSearchParams([["", wanted]]).toString().slice(1))
    return { what: "the challenge is still URL-encoded", matchedLength: 2 };
  return {
    what: matchedLength === 2 ? "the body contains more than the challenge" : "the body is not the challenge",
    matchedLength,
  };
};

const jsonProblem = (json: string, fillings: PlaceholderValues, body: string): Problem | undefined => {
  if (body === "") return { what: "the response has no body: it must be JSON", matchedLength: 1 };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { what: "the body is not JSON", matchedLength: 1 };
  }
  return memberProblem(JSON.parse(json), value, fillings, "");
};

const memberProblem = (
  template: unknown,
  value: unknown,
  fillings: PlaceholderValues,
  path: string,
): Problem | undefined => {
  if (typeof template === "string") {
    const wanted = filledText(template, fillings);
    if (value === wanted) return undefined;
    if (value === undefined) return { what: `the body has no ${path}`, matchedLength: 1 };
    if (!template.includes("{hmac}")) return { what: `${path} is not the challenge`, matchedLength: 2 };
    const what = `${path} is not the HMAC of the challenge: another secret was used, or something else was hashed`;
    return { what, matchedLength: 2, place: "hmac", seen: typeof value === "string" ? value : "" };
  }
  if (typeof template !== "object" || template === null) return undefined;
  const members = typeof value === "object" && value !== null ? value : {};
  for (const [name, one] of Object.entries(template)) {
    const own = Object.hasOwn(members, name) ? Reflect.get(members, name) : undefined;
    const problem = memberProblem(one, own, fillings, path === "" ? name : `${path}.${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

/** Explains a wrong HMAC, if the mistake can be recognized. */
const otherHmac = (challenge: Challenge, value: string, secret: Secret, seen = ""): string | undefined => {
  const [wanted, other] =
    challenge.hmac?.encoding === "hex" ? (["hex", "base64"] as const) : (["base64", "hex"] as const);
  const right = hmacOf(challenge, value, secret) ?? "";
  if (seen.includes(hmacOf(challenge, value, secret, other) ?? right))
    return `the HMAC is in ${other}, not in ${wanted}`;
  if (seen.includes(right)) return "the HMAC is right, but the text around it is wrong";
  return wanted === "hex" && seen.toLowerCase().includes(right) ? "the HMAC is in upper case" : undefined;
};
