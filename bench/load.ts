/**
 * How close deliveries come to the least script on the same library: `npx tsx bench/load.ts [connections] [seconds] [rounds]`.
 * All load the same bare receiver (a process of its own) over as many keep-alive connections, in turns. The scripts
 * use undici's `request` on a Pool as its manual says, without and with an HMAC over a body of its own for each
 * request. `send --count` and `replay` do what the last contestant does: compose and sign a distinct event for every
 * delivery and classify the response. Ratios are medians of the rounds', each to the script that does the same.
 */
import { spawn } from "node:child_process";
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { Pool } from "undici";
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

/** The least that sends a body and reads the status. */
const script = async (next: () => { readonly headers: readonly string[]; readonly body: Buffer }): Promise<number> => {
  const pool = new Pool(new URL(url).origin, { connections, pipelining: 1 });
  const rate = await rateOf(async () => {
    const event = next();
    const response = await pool.request({
      path: "/hooks",
      method: "POST",
      headers: [...event.headers],
      body: event.body,
    });
    await response.body.dump();
    return response.statusCode === 204;
  });
  await pool.destroy();
  return rate;
};

const withScript = (): Promise<number> => script(() => ({ headers: composed.headers.flat(), body }));

const withSigningScript = (): Promise<number> =>
  script(() => {
    const event = Buffer.from(`${before}evt_${String(at++).padStart(24, "0")}${after}`);
    const signature = createHmac("sha256", secret.reveal()).update(event).digest("hex");
    return { headers: ["Content-Type", "application/json", "x-arjun-signature", `sha256=${signature}`], body: event };
  });

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
  { name: "script: one request", run: withScript, to: 0 },
  { name: "script: each signed", run: withSigningScript, to: 1 },
  { name: "the transport, one request", run: withTransport, to: 0 },
  { name: "deliveries, each composed and signed", run: withDeliveries, to: 1 },
];
const rates = contestants.map((): number[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [one, { run }] of contestants.entries()) rates[one]?.push(await run());
}
child.kill();
for (const [one, { name, to }] of contestants.entries()) {
  const own = rates[one] ?? [];
  const ratios = own.map((rate, round) => rate / (rates[to]?.[round] ?? 1));
  const spread = `(${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
  console.log(
    `${name.padEnd(40)} ${String(Math.round(median(own))).padStart(7)}/s  ratio ${median(ratios).toFixed(2)} ${spread}`,
  );
}
