import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { SearchThread } from "../../src/listener/search-thread.ts";
import type { SearchOptions } from "../../src/listener/search-thread.ts";
import { builtInProfiles } from "../../src/providers/index.ts";
import type { WebhookRequest } from "../../src/request/request.ts";
import { Secret } from "../../src/values/secret.ts";
import { temporaryFolder } from "../support/run.ts";
import { acme, secret, startListening } from "./support.ts";

/** Does to its thread what the target of the request says. */
const program = `
import { parentPort } from "node:worker_threads";
const verdict = { valid: false, provider: "acme", scheme: null, matchedSecret: null, timestamp: null, cause: "body-escapes", findings: [], tried: 1, notes: [] };
parentPort.on("message", ({ request }) => {
  if (request.target === "/loop") for (;;);
  if (request.target === "/throw") throw new RangeError("boom");
  if (request.target === "/exit") process.exit(3);
  if (request.target === "/reject") void Promise.reject(new TypeError("later"));
  if (request.target === "/heap") for (const all = []; ; ) all.push(new Array(1_000_000).fill(0.5));
  if (request.target === "/failed") parentPort.postMessage({ failed: "URIError: URI malformed" });
  else if (request.target !== "/reject") parentPort.postMessage({ verdict });
});
parentPort.postMessage("ready");
`;

const thread = (options: Partial<SearchOptions> = {}): SearchThread => {
  const made = new SearchThread({
    candidates: [{ profile: acme, secrets: [secret] }],
    profiles: [],
    otherSecrets: [],
    budget: { ms: 5000, bytes: 100_000_000, tries: 30_000 },
    deadlineMs: 60_000,
    waiting: 20,
    waitingBytes: 1_000_000,
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
};

const scripted = (options: Partial<SearchOptions> = {}) => {
  const file = join(temporaryFolder(), "search.mjs");
  writeFileSync(file, program);
  const candidates = [{ profile: acme, secrets: [secret] }];
  const searches = thread({ candidates, program: pathToFileURL(file), ...options });
  const find = (target: string, size = 2) => searches.find(request(target, size), candidates[0] ?? never(), { at: 0 });
  return { searches, find };
};

const never = (): never => {
  throw new Error("there is none");
};

const request = (target: string, size: number): WebhookRequest => ({
  method: "POST",
  target,
  headers: [],
  body: Buffer.alloc(size, "x"),
});

test("a search finds the cause as in the thread that asks, for built-in profiles and others", async () => {
  const builtIn = builtInProfiles().find(({ id }) => id === "github") ?? never();
  const candidates = [builtIn, acme].map((profile) => ({ profile, secrets: [new Secret("test", "topsecret")] }));
  const searches = thread({ candidates, profiles: [acme] });
  const sent = '{"id":"evt_1","url":"https:\\/\\/x.test"}';
  const signature = `sha256=${createHmac("sha256", "topsecret").update(sent).digest("hex")}`;
  const headers = ["X-Hub-Signature-256", "X-Acme-Signature"].map((name) => [name, signature] as const);
  const received = { ...request("/", 0), headers, body: Buffer.from(sent.replaceAll("\\/", "/")) };
  for (const candidate of candidates) {
    const verdict = await searches.find(received, candidate, { at: 0 });
    expect(verdict).toMatchObject({ provider: candidate.profile.id, cause: "body-escapes" });
    expect(verdict.matchedSecret).toBe(new Secret("test", "topsecret").label);
  }
});

test("a search that comes alone may take longer; one soon after it keeps to the small budget", async () => {
  const small = { ms: 5000, bytes: 100_000_000, tries: 3 };
  const candidates = [{ profile: acme, secrets: [secret] }];
  const idle = { afterMs: 3_600_000, budget: { ...small, tries: 30_000 } };
  const searches = thread({ candidates, budget: small, idle });
  const signature = `sha256=${createHmac("sha256", "another").update("{}").digest("hex")}`;
  const received = { ...request("/", 0), headers: [["X-Acme-Signature", signature] as const], body: Buffer.from("{}") };
  const stopped: boolean[] = [];
  for (const _ of [1, 2]) {
    let isStopped = false;
    const verdict = await searches.find(received, candidates[0] ?? never(), { at: 0 }, () => void (isStopped = true));
    expect(verdict.cause).toBe("unexplained");
    stopped.push(isStopped);
  }
  expect(stopped).toEqual([false, true]);
});

test.each([
  ["/throw", "the search failed (RangeError: boom)"],
  ["/reject", "the search failed (TypeError: later)"],
  ["/failed", "the search failed (URIError: URI malformed)"],
  ["/exit", "the search ended early"],
  ["/heap", expect.stringContaining("memory")],
])("a search that ends its thread (%s) is reported, and the next one is made", async (target, message) => {
  const { find } = scripted();
  const [failed, next] = await Promise.allSettled([find(target), find("/")]);
  expect(failed).toMatchObject({ status: "rejected", reason: { name: "SearchError", message } });
  expect(next).toMatchObject({ status: "fulfilled", value: { cause: "body-escapes" } });
});

test("a search beyond its time is ended, and the next one is made", async () => {
  const { find } = scripted({ deadlineMs: 1500 });
  const [ended, next] = await Promise.allSettled([find("/loop"), find("/")]);
  expect(ended).toMatchObject({ status: "rejected", reason: { message: "the search took too long and was stopped" } });
  expect(next).toMatchObject({ status: "fulfilled" });
});

test("searches that would wait in too long a queue, or with too much, are not made; closing ends the rest", async () => {
  const { searches, find } = scripted({ waiting: 2, waitingBytes: 1000 });
  const all = Promise.allSettled([find("/loop"), find("/", 900), find("/", 200), find("/"), find("/")]);
  await searches.close();
  const [looping, ...others] = (await all).map((one) => one.status === "rejected" && (one.reason as Error).message);
  const [stopped, tooMany] = [
    "hookproof was stopped before it was found",
    expect.stringContaining("too many searches"),
  ];
  expect([looping, ...others]).toEqual([stopped, stopped, tooMany, stopped, tooMany]);
  await expect(find("/")).rejects.toThrow("stopped");
});

test("requests get responses while a search runs; a search unfinished at the end is reported", async () => {
  const candidate = { profile: acme, secrets: [secret] };
  const { searches } = scripted({ candidates: [candidate] });
  const listening = await startListening({
    causes: searches,
    inspect: { auto: false, candidates: [candidate], secure: false },
  });
  const post = async (path: string): Promise<number> =>
    (await fetch(`${listening.url}${path}`, { method: "POST", headers: { "X-Acme-Signature": "sha256=00" } })).status;
  expect([await post("loop"), await post("other")]).toEqual([200, 200]);
  await listening.stop();
  const messages = listening.events.flatMap((event) =>
    event.type === "request" ? event.verdict?.findings.map(({ message }) => message) : [],
  );
  expect(messages.filter((message) => message?.includes("stopped before it was found"))).toHaveLength(2);
  expect(listening.events.filter((event) => event.type === "response")).toHaveLength(2);
});
