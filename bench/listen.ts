/**
 * Compares `hookproof listen` with a minimal node:http server that reads, verifies, appends and responds
 * (bench/least/listen.mjs): `npx tsx bench/listen.ts [rounds] [seconds]`. Each runs in its own process, and they take
 * turns under the same load: 50 connections, 1 KiB bodies, every event different. Needs the built program (`npm run
 * build`).
 */
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { bin, environment, event, least, secret, startServer, takeTurns } from "./support/turns.ts";
import type { Server } from "./support/turns.ts";

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);
const folder = mkdtempSync(join(tmpdir(), "hookproof-bench-"));

// Built before the load starts, so that building them isn't measured.
const requests = Array.from({ length: 5000 }, (_, at) => {
  const body = event(at);
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-arjun-signature": signature,
      "x-arjun-event-type": "link.clicked",
      "x-arjun-attempt": "1",
    },
  };
});

const load = async (url: string): Promise<number> => {
  let at = 0;
  const result = await autocannon({
    url,
    connections: 50,
    duration: seconds,
    method: "POST",
    requests: [
      {
        method: "POST",
        setupRequest: (request: object) => ({ ...request, ...requests[at++ % requests.length] }),
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} wrong responses, ${result.errors} errors`);
  return result.requests.average;
};

const listen = ["listen", "--port", "0", "-p", "10x", "--secret", "env:BENCH_SECRET", "--respond", "204"];
const contestants = [
  { name: "the least script", argv: [least("listen"), join(folder, "0.ndjson")] },
  {
    name: "hookproof listen --silent",
    argv: [bin, ...listen, "--silent", "--capture", join(folder, "1.ndjson")],
    aim: 0.7,
  },
  {
    name: "hookproof listen --silent --ui, no page open",
    argv: [bin, ...listen, "--silent", "--ui", "--ui-port", "0", "--capture", join(folder, "3.ndjson")],
    aim: 0.7,
  },
  {
    name: "hookproof listen, a line for each",
    argv: [bin, ...listen, "--quiet", "--capture", join(folder, "2.ndjson")],
  },
];

const servers: Server[] = [];
try {
  for (const { argv } of contestants) servers.push(await startServer(argv, environment(folder)));
  await takeTurns(
    contestants.map((one, at) => ({ ...one, run: () => load(servers[at]?.url ?? "") })),
    rounds,
  );
} finally {
  for (const server of servers) server.stop();
  rmSync(folder, { recursive: true, force: true });
}
