import type { IncomingMessage } from "node:http";
import { timingSafeEqual } from "node:crypto";
import type { CaseId } from "../../../src/check/types.ts";
import { answer } from "./receiver.ts";
import type { Behaviour } from "./receiver.ts";
import type { SchemeName } from "./schemes.ts";

export interface Bug {
  readonly name: string;
  /** The case made for it. */
  readonly found: CaseId;
  readonly wrong: () => Partial<Behaviour>;
  /** Schemes that have room for it; all unless given. */
  readonly only?: readonly SchemeName[];
  /** It is worth a look, and no failure. */
  readonly isAdvice?: true;
  /** Cases that give advice beside the failure. */
  readonly advises?: readonly CaseId[];
  /** What the failure says, where the case alone does not name the cause. */
  readonly says?: string;
  /** The platform's time limit, where the bug is about it. */
  readonly timeLimitMs?: number;
}

const timed: readonly SchemeName[] = ["agentflow", "stripe", "standard-webhooks", "slack", "hubspot"];
const futureChecked: readonly SchemeName[] = ["agentflow", "standard-webhooks"];

const late =
  (ms: number): Behaviour["before"] =>
  async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return false;
  };

/** The same response to every request. */
const responds =
  (status: number, headers: Readonly<Record<string, string>> = {}, text = ""): Behaviour["before"] =>
  (_request, response) => {
    response.writeHead(status, headers).end(text);
    return true;
  };

/** Each a receiver that is right but for one known bug. */
export const bugs: readonly Bug[] = [
  {
    name: "accepts whatever comes",
    found: "rejects-tampered-body",
    says: "signatures are not verified",
    wrong: () => ({ mustVerify: () => false }),
  },
  {
    name: "looks for the signature and does not compare it",
    found: "rejects-wrong-secret",
    says: "the signature is not compared",
    wrong: () => ({ equal: () => true }),
  },
  {
    name: "verifies only where the header is there",
    found: "rejects-missing-signature",
    wrong: () => ({ mustVerify: (header) => header !== undefined }),
  },
  {
    name: "takes an empty header for none",
    found: "rejects-empty-signature",
    wrong: () => ({ mustVerify: (header) => header === undefined || header !== "" }),
  },
  {
    name: "verifies only where there is a signature text",
    found: "rejects-empty-signature",
    wrong: () => ({ equal: (given, expected) => given === "" || given === expected }),
  },
  {
    name: "compares as far as the given signature goes",
    found: "rejects-truncated-signature",
    wrong: () => ({ equal: (given, expected) => expected.startsWith(given) && given !== "" }),
  },
  {
    name: "compares the beginning alone, at the right length",
    found: "rejects-truncated-signature",
    wrong: () => ({
      equal: (given, expected) =>
        given.length === expected.length && /^[\w+/=]+$/.test(given) && given.slice(0, 16) === expected.slice(0, 16),
    }),
  },
  {
    name: "compares the end alone",
    found: "rejects-truncated-signature",
    wrong: () => ({ equal: (given, expected) => given.length > 8 && given.slice(-8) === expected.slice(-8) }),
  },
  {
    name: "takes an empty secret beside its own",
    found: "rejects-wrong-secret",
    only: ["10x", "github", "shopify", "agentflow", "stripe", "slack", "hubspot"],
    wrong: () => ({ secrets: (scheme) => [scheme.secret, ""] }),
  },
  {
    name: "takes base64 without regard to case",
    found: "rejects-non-hex-signature",
    only: ["shopify", "hubspot", "standard-webhooks"],
    wrong: () => ({ equal: (given, expected) => given.toLowerCase() === expected.toLowerCase() }),
  },
  {
    name: "takes the last seconds' timestamps and no others",
    found: "accepts-valid",
    only: timed,
    // Less than what is signed ten seconds ago, and more than a busy machine needs for a delivery.
    wrong: () => ({ isTimely: (age) => age <= 8 && age >= -300 }),
  },
  {
    name: "timingSafeEqual throws on another length",
    found: "rejects-truncated-signature",
    wrong: () => ({ equal: (given, expected) => timingSafeEqual(Buffer.from(given), Buffer.from(expected)) }),
  },
  {
    name: "decodes hex without looking",
    found: "rejects-non-hex-signature",
    only: ["10x", "github", "agentflow", "stripe", "slack"],
    wrong: () => ({
      equal: (given, expected) =>
        given.length === expected.length && timingSafeEqual(Buffer.from(given, "hex"), Buffer.from(expected, "hex")),
    }),
  },
  {
    name: "lets undecodable signatures pass",
    found: "rejects-non-hex-signature",
    only: ["10x", "github", "agentflow", "stripe", "slack"],
    wrong: () => ({
      equal: (given, expected) => given === expected || /[^0-9a-zA-Y+/=]/.test(given) || /z{8}/.test(given),
    }),
  },
  {
    name: "accepts stale timestamps",
    found: "rejects-stale-timestamp",
    only: timed,
    wrong: () => ({ isTimely: (age) => age >= -300 }),
  },
  {
    name: "accepts timestamps of an hour ago",
    found: "rejects-stale-timestamp",
    only: timed,
    wrong: () => ({ isTimely: (age) => age <= 3600 && age >= -300 }),
  },
  {
    name: "accepts future timestamps",
    found: "rejects-future-timestamp",
    only: futureChecked,
    wrong: () => ({ isTimely: (age) => age <= 300 }),
  },
  {
    name: "parses JSON and writes it again",
    found: "keeps-raw-body",
    wrong: () => ({ content: (body) => Buffer.from(JSON.stringify(JSON.parse(body.toString("utf8")))) }),
  },
  {
    name: "trims the body",
    found: "keeps-raw-body",
    wrong: () => ({ content: (body) => Buffer.from(body.toString("utf8").trim()) }),
  },
  {
    name: "decodes the body as Latin-1",
    found: "accepts-unicode",
    wrong: () => ({ content: (body) => Buffer.from(body.toString("latin1"), "utf8") }),
  },
  {
    name: "decodes the body chunk by chunk",
    found: "accepts-unicode",
    wrong: () => ({
      readBody: async (request) => {
        let text = "";
        for await (const chunk of request) {
          // In small steps: a busy machine hands over in one chunk what came in several.
          const bytes = chunk as Buffer;
          for (let at = 0; at < bytes.length; at += 16) text += bytes.toString("utf8", at, at + 16);
        }
        return Buffer.from(text);
      },
    }),
  },
  {
    name: "wants the header in one spelling",
    found: "ignores-header-case",
    wrong: () => {
      // The first delivery shows how the platform spells it; no other spelling is known.
      let spelling: string | undefined;
      return {
        signatureHeader: (request, scheme) => {
          spelling ??= request.rawHeaders.find((name) => name.toLowerCase() === scheme.header);
          const at = request.rawHeaders.indexOf(spelling ?? "");
          return at < 0 ? undefined : request.rawHeaders[at + 1];
        },
      };
    },
  },
  {
    name: "answers 409 to a duplicate",
    found: "accepts-duplicate",
    wrong: () => ({ onDuplicate: answer(409) }),
  },
  {
    name: "answers 500 to a duplicate",
    found: "accepts-duplicate",
    wrong: () => ({ onDuplicate: answer(500) }),
  },
  {
    name: "answers 400 to an unknown event",
    isAdvice: true,
    found: "accepts-unknown-event",
    wrong: () => ({ onUnknownType: answer(400) }),
  },
  {
    name: "answers 500 to an unknown event",
    isAdvice: true,
    found: "accepts-unknown-event",
    wrong: () => ({ onUnknownType: answer(500) }),
  },
  { name: "refuses retries", found: "accepts-retry", only: ["10x"], wrong: () => ({ onRetry: answer(400) }) },
  {
    name: "answers 500 to malformed JSON",
    isAdvice: true,
    found: "rejects-malformed-json",
    wrong: () => ({ onMalformed: answer(500) }),
  },
  {
    name: "accepts malformed JSON",
    isAdvice: true,
    found: "rejects-malformed-json",
    wrong: () => ({ onMalformed: answer(200) }),
  },
  { name: "takes 100 KB and no more", isAdvice: true, found: "accepts-large-body", wrong: () => ({ limit: 102_400 }) },
  { name: "answers 200 to GET", found: "refuses-get", wrong: () => ({ onMethod: answer(200) }) },
  {
    name: "answers 503 under load",
    found: "survives-burst",
    wrong: () => {
      let [busy, latest] = [0, 0];
      return {
        before: async (_request, response) => {
          latest = Date.now();
          if (++busy > 20) {
            busy--;
            answer(503)(response);
            return true;
          }
          // Busy until nothing more comes: a slow machine spreads what is sent at once.
          while (Date.now() - latest < 60) await new Promise((resolve) => setTimeout(resolve, 60));
          busy--;
          return false;
        },
      };
    },
  },
  {
    name: "limits the rate with 429",
    found: "survives-burst",
    wrong: () => {
      let [latest, count] = [0, 0];
      return {
        before: (_request, response) => {
          // A pause ends the window, not its age: a slow machine spreads what is sent at once.
          if (Date.now() - latest > 1000) count = 0;
          latest = Date.now();
          if (++count <= 40) return false;
          answer(429)(response);
          return true;
        },
      };
    },
  },
  {
    name: "redirects",
    found: "accepts-valid",
    says: "to /hooks/: redirects are not followed",
    wrong: () => ({
      before: (_request, response) => {
        response.writeHead(301, { location: "/hooks/" }).end();
        return true;
      },
    }),
  },
  {
    name: "is slower than the platform waits",
    found: "answers-in-time",
    says: "no response within 800ms, another delivery got 200",
    wrong: () => ({ before: late(1100) }),
    timeLimitMs: 800,
  },
  { name: "rejects by 500", found: "rejects-wrong-secret", wrong: () => ({ reject: answer(500) }) },
  { name: "rejects by 429", found: "rejects-wrong-secret", wrong: () => ({ reject: answer(429) }) },
  {
    name: "rejects by a dropped connection",
    found: "rejects-wrong-secret",
    wrong: () => ({ reject: (response) => void response.socket?.destroy() }),
  },
  {
    name: "rejects with 200 and an error inside",
    found: "rejects-wrong-secret",
    says: "only the body says it is rejected",
    wrong: () => ({ reject: answer(200, '{"error":"signature"}') }),
  },
  {
    name: "reads by Content-Length",
    found: "accepts-chunked",
    wrong: () => ({
      readBody: async (request: IncomingMessage) => {
        const length = Number(request.headers["content-length"] ?? 0);
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks).subarray(0, length);
      },
    }),
  },
  {
    name: "has a page of its own for every path and method",
    found: "accepts-valid",
    says: "so nothing handles this one",
    wrong: () => ({ before: responds(200, {}, "<!doctype html><title>Home</title>") }),
  },
  {
    name: "has nothing there",
    found: "accepts-valid",
    says: "nothing handles this path",
    wrong: () => ({ before: responds(404) }),
  },
  {
    name: "does not take POST",
    found: "accepts-valid",
    says: "POST is not allowed on this path (Allow: GET, HEAD)",
    wrong: () => ({ before: responds(405, { allow: "GET, HEAD" }) }),
  },
  {
    name: "stands behind a login",
    found: "accepts-valid",
    says: "asks for credentials (WWW-Authenticate: Basic",
    wrong: () => ({ before: responds(401, { "www-authenticate": 'Basic realm="staging"' }) }),
  },
  {
    name: "stands behind CSRF protection",
    found: "accepts-valid",
    says: "CSRF protection",
    wrong: () => ({ before: responds(403, {}, "<html><title>Forbidden</title>CSRF verification failed.</html>") }),
  },
  {
    name: "takes text alone",
    found: "accepts-valid",
    says: "does not accept application/json",
    wrong: () => ({ before: responds(415) }),
  },
  {
    name: "has another secret",
    found: "accepts-valid",
    says: "also when signed with another secret",
    only: ["10x", "github", "shopify", "agentflow", "stripe", "slack", "hubspot"],
    wrong: () => ({ secrets: () => ["another"] }),
  },
  {
    name: "has a clock that is an hour behind",
    found: "accepts-valid",
    says: "behind (Date: ",
    only: futureChecked,
    wrong: () => ({
      before: (_request, response) => {
        response.setHeader("Date", new Date(Date.now() - 3_600_000).toUTCString());
        return false;
      },
      isTimely: (age) => Math.abs(age - 3600) <= 300,
    }),
  },
  {
    name: "fails on every event, after it has verified it",
    found: "accepts-valid",
    says: "500; signed with another secret: 401",
    wrong: () => ({ onEvent: answer(500), onDuplicate: answer(500) }),
  },
  {
    name: "never responds",
    found: "answers-in-time",
    says: "nor within",
    wrong: () => ({ before: () => true }),
    timeLimitMs: 300,
  },
  {
    name: "never responds to a forgery",
    found: "rejects-wrong-secret",
    wrong: () => ({ reject: () => undefined }),
    timeLimitMs: 2000,
  },
  {
    name: "takes a few deliveries and then none",
    found: "survives-burst",
    says: "limits the rate",
    wrong: () => {
      let count = 0;
      return {
        before: (_request, response) => {
          if (++count <= 30) return false;
          answer(429)(response);
          return true;
        },
      };
    },
  },
  {
    name: "verifies only what has a signature",
    found: "rejects-missing-signature",
    says: "only deliveries with a signature are verified",
    wrong: () => ({ mustVerify: (header) => header !== undefined && header !== "" }),
  },
  {
    name: "compares as far as any signature goes, an empty one too",
    found: "rejects-truncated-signature",
    says: "compared only up to its length",
    wrong: () => ({ equal: (given, expected) => expected.startsWith(given) }),
  },
  {
    name: "does not look at the timestamp",
    found: "rejects-stale-timestamp",
    only: futureChecked,
    says: "the timestamp is not checked",
    wrong: () => ({ isTimely: () => true }),
  },
  {
    name: "writes non-ASCII text again too",
    found: "keeps-raw-body",
    wrong: () => ({
      content: (body) =>
        Buffer.from(
          JSON.stringify(JSON.parse(body.toString("utf8"))).replaceAll(
            /[\u0080-\uffff]/g,
            (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
          ),
        ),
    }),
  },
];
