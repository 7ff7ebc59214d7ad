/**
 * How close the transport comes to autocannon: `npx tsx bench/load.ts [connections] [seconds] [rounds]`.
 * Both load the same bare receiver (a process of its own) over as many keep-alive connections, in
 * turns; the figure is the median of the rounds' ratios. The last contestant does what `send --count`
 * and `replay` do: composes and signs a distinct event for every delivery and classifies the answer.
 */
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import autocannon from "autocannon";
import { createTransport } from "../src/http/client.ts";
import { deliver } from "../src/delivery/deliver.ts";
import { findProfile } from "../src/providers/index.ts";
import { freshEvent, newEventId } from "../src/providers/samples.ts";
import { buildRequest } from "../src/signature/build-request.ts";
import { Secret } from "../src/values/secret.ts";

const connections = Number(process.argv[2] ?? 50);
const seconds = Number(process.argv[3] ?? 1.5);
const rounds = Number(process.argv[4] ?? 3);

const receiver = `require("node:http").createServer((req, res) => { req.resume(); req.on("end", () => { res.writeHead(204); res.end(); }); }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
const child = spawn(process.execPath, ["-e", receiver], { stdio: ["ignore", "pipe", "inherit"] });
const port = await new Promise<string>((resolve) => {
  child.stdout.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
});
const url = `http://127.0.0.1:${port}/hooks`;
const profile = findProfile("10x");
const secret = new Secret("bench", randomBytes(32).toString("hex"));
const type = profile.events[0]?.type ?? "";
const sampleId = newEventId(profile, randomBytes);
const body = freshEvent(profile, type, { id: sampleId, at: Date.now() });

// The same headers for all: a receiver's work grows with them.
const { request: composed } = buildRequest({
  profile,
  secret,
  body,
  url,
  eventId: sampleId,
  eventType: type,
  attempt: 0,
  at: Date.now(),
  uuid: () => randomUUID(),
});

const withAutocannon = async (): Promise<number> => {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    method: "POST",
    body,
    headers: Object.fromEntries(composed.headers),
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error("autocannon got wrong answers");
  return result["2xx"] / result.duration;
};

/** Runs a job on every connection until the time is up. @returns jobs a second */
const rateOf = async (job: () => Promise<boolean>): Promise<number> => {
  const began = performance.now();
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1000) {
      if (!(await job())) throw new Error("a delivery failed");
      done++;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return (done * 1000) / (performance.now() - began);
};

const withTransport = async (): Promise<number> => {
  const transport = createTransport({ keepAlive: true });
  const rate = await rateOf(async () => (await transport.exchange(composed, { timeoutMs: 10_000 })).status === 204);
  await transport.close();
  return rate;
};

// Split at the id, so that making a distinct body costs the load next to nothing.
const [before = "", after = ""] = body.toString("utf8").split(sampleId);
let at = 0;

const withDeliveries = async (): Promise<number> => {
  const transport = createTransport({ keepAlive: true });
  const { signal } = new AbortController();
  const clock = { now: () => Date.now(), sleep: async () => undefined, uuid: () => randomUUID() };
  const rate = await rateOf(async () => {
    const eventId = `evt_${String(at++).padStart(24, "0")}`;
    const event = Buffer.from(`${before}${eventId}${after}`);
    const { outcome } = await deliver({
      profile,
      secret,
      body: event,
      eventId,
      eventType: type,
      url,
      transport,
      clock,
      signal,
      retry: "none",
      speed: 1,
    });
    return outcome === "delivered";
  });
  await transport.close();
  return rate;
};

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const contestants = [
  { name: "autocannon", run: withAutocannon },
  { name: "the transport, one request", run: withTransport },
  { name: "deliveries, each composed and signed", run: withDeliveries },
];
const rates = contestants.map((): number[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [at, { run }] of contestants.entries()) rates[at]?.push(await run());
}
child.kill();
for (const [at, { name }] of contestants.entries()) {
  const own = rates[at] ?? [];
  const ratio = median(own.map((rate, round) => rate / (rates[0]?.[round] ?? 1)));
  console.log(`${name.padEnd(40)} ${String(Math.round(median(own))).padStart(7)}/s  ratio ${ratio.toFixed(2)}`);
}
