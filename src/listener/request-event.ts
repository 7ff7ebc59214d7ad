import { encodeBytes } from "../request/request.ts";
import type { RequestEvent } from "./events.ts";
import type { Candidate, Inspection } from "./inspect.ts";
import type { Incoming } from "../http/read-request.ts";
import type { Matchable } from "./until.ts";
import { before, withoutEnd } from "../values/cut.ts";

/** What is emitted about a request and, in part, written to the capture. */
export const requestEvent = (
  id: string,
  number: number,
  { remote, receivedAt, overflow }: Incoming,
  { request, candidate, facts, verdict, unverified, counted }: Inspection,
  { onPath, probe, challenge }: Pick<RequestEvent, "onPath" | "probe" | "challenge">,
): RequestEvent => ({
  type: "request",
  id,
  receivedAt: new Date(receivedAt).toISOString(),
  method: request.method,
  target: request.target,
  url: request.url,
  httpVersion: request.httpVersion ?? "1.1",
  headers: request.headers,
  body: encodeBytes(request.body),
  remote,
  number,
  provider: candidate?.profile.id ?? null,
  eventType: facts.type,
  eventId: facts.id,
  attempt: {
    claimed: facts.attempt,
    counted: counted.attempt,
    agrees: agrees(facts.attempt, counted.attempt, candidate),
  },
  verdict,
  unverified,
  flags: counted.flags,
  onPath,
  probe,
  challenge,
  overflow,
  pending: null,
});

const agrees = (claimed: number | null, counted: number, candidate: Candidate | undefined): boolean =>
  claimed === null || claimed - (candidate?.profile.attempt?.first ?? 1) + 1 === counted;

/** What `--until` looks at. */
export const matchableOf = (event: RequestEvent): Matchable => ({
  provider: event.provider,
  eventType: event.eventType,
  eventId: event.eventId,
  attempt: event.attempt.counted,
  method: event.method,
  path: pathOf(event.target),
  verdict: event.verdict === undefined ? "unverified" : event.verdict.valid ? "valid" : "invalid",
  cause: event.verdict?.cause ?? null,
  headers: event.headers,
});

/** The path of a request target without its query, in origin or absolute form. */
export const pathOf = (target: string): string => {
  const path = before(target.replace(/^https?:\/\/[^/?]*/i, ""), "?#");
  return path === "" ? "/" : path;
};

/** Returns a test for whether a request target is at or below a path. */
export const pathTest = (path: string): ((target: string) => boolean) => {
  const base = withoutEnd(path, "/");
  if (base === "") return () => true;
  return (target) => {
    const asked = pathOf(target);
    return asked === base || asked.startsWith(`${base}/`);
  };
};
