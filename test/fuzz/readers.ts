import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importedEntries } from "../../src/dlq/import.ts";
import { openDlq } from "../../src/dlq/open.ts";
import { entryLine } from "../../src/dlq/record.ts";
import { HookproofError } from "../../src/errors.ts";
import { packZip, sha256 } from "../../src/evidence/bundle/archive.ts";
import { verifyBundle } from "../../src/evidence/bundle/verify.ts";
import { readDeploys } from "../../src/evidence/deploys.ts";
import { parseLogLine } from "../../src/evidence/logs/parse.ts";
import { readRulesFile } from "../../src/evidence/redact/rules-file.ts";
import { readRequest, readRequests } from "../../src/formats/read.ts";
import { builtInProfiles, findProfile } from "../../src/providers/index.ts";
import { configOf } from "../../src/storage/config.ts";
import { readKeptSecrets } from "../../src/storage/kept-secrets.ts";
import { sampleEntry } from "../dlq/contract.ts";
import { mutated, seeded } from "../support/mutate.ts";
import { run, temporaryFolder } from "../support/run.ts";

interface Reader {
  readonly name: string;
  /** What is right, to be damaged. */
  readonly seeds: () => Promise<readonly Buffer[]>;
  readonly read: (bytes: Buffer) => Promise<unknown>;
  /** One round in so many, for those that write files. */
  readonly every?: number;
}

const fixtures = new URL("../fixtures/", import.meta.url);
const files = (folder: string): readonly Buffer[] =>
  readdirSync(new URL(`${folder}/`, fixtures)).map((name) => readFileSync(new URL(`${folder}/${name}`, fixtures)));
const text =
  (...texts: readonly string[]) =>
  async () =>
    texts.map((one) => Buffer.from(one));

const sqs = JSON.stringify({
  Messages: [
    {
      MessageId: "a",
      Body: '{"id":"evt_1"}',
      Attributes: { SentTimestamp: "1781870400000", ApproximateReceiveCount: "3" },
    },
  ],
});
const rabbit = JSON.stringify([
  {
    payload: '{"id":"evt_1"}',
    payload_encoding: "string",
    properties: {
      timestamp: 1781870400,
      headers: { "x-death": [{ time: 1781870400, reason: "rejected", count: 2, queue: "q" }] },
    },
  },
]);
const sns = JSON.stringify({
  Type: "Notification",
  TopicArn: "a",
  Message: '{"id":1}',
  MessageAttributes: { a: { Value: "b" } },
});
const queue = (): readonly Buffer[] => [
  Buffer.from(
    [
      entryLine({ ...sampleEntry(1), id: "dlq_1" }),
      entryLine({ ...sampleEntry(2), id: "dlq_2" }),
      '{"type":"claim","ids":["dlq_1"],"owner":{"host":"h","pid":1,"token":"t"},"until":1781870400000,"v":1}',
      '{"type":"done","id":"dlq_2","kept":true,"attempts":[],"v":1}',
      '{"type":"attempts","id":"dlq_1","reason":"r","attempts":[],"v":1}',
      "",
    ].join("\n"),
  ),
];

const bundle = async (): Promise<readonly Buffer[]> => {
  const summary = { name: "SUMMARY.md", data: Buffer.from("all is well\n".repeat(50)) };
  const manifest = {
    format: "hookproof-evidence",
    version: 1,
    tool: "t",
    createdAt: "2026-06-19T12:00:00Z",
    provider: "10x",
    eventId: "e",
    caseId: null,
    complete: true,
    bodies: "shape",
    skipped: [],
    redactedFrom: null,
    files: [{ name: summary.name, bytes: summary.data.length, sha256: sha256(summary.data) }],
  };
  return [await packZip([summary, { name: "manifest.json", data: Buffer.from(JSON.stringify(manifest)) }])];
};

const imported = async (bytes: Buffer): Promise<void> => {
  for (const profile of [undefined, findProfile("10x", [])])
    for await (const found of importedEntries(bytes, "f", {
      profile,
      profiles: builtInProfiles(),
      now: 1_781_870_400_000,
      url: null,
      all: false,
      force: false,
    }))
      if ("entry" in found) JSON.parse(entryLine({ ...found.entry, id: "x" }));
};

const queueRead = async (bytes: Buffer): Promise<void> => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "q.ndjson"), bytes);
  const processInfo = { host: "h", pid: process.pid, exists: () => true };
  const world = { folders: { data: folder }, cwd: folder, processInfo, now: () => 1_781_870_400_000, randomBytes };
  const dlq = await openDlq("q.ndjson", world);
  try {
    for await (const summary of dlq.list({})) JSON.stringify(summary);
    await dlq.stats({});
    for await (const entry of dlq.entries({})) JSON.parse(entryLine(entry));
    await dlq.claim({}, 10);
  } finally {
    await dlq.close();
  }
};

export const readers: readonly Reader[] = [
  {
    name: "requests",
    seeds: async () => files("requests"),
    read: async (bytes) => {
      await readRequest(bytes, "f").catch(expected);
      await readRequests(bytes, "f");
    },
  },
  {
    name: "imports",
    seeds: async () => [...files("requests"), ...queue(), ...(await text(sqs, rabbit, sns)())],
    read: imported,
  },
  { name: "a queue's file", every: 10, seeds: async () => queue(), read: queueRead },
  {
    name: "bundles",
    seeds: bundle,
    read: (bytes) => verifyBundle({ bytes, displayName: "f", limit: 1 << 24 }, undefined),
  },
  {
    name: "project files",
    seeds: text(
      '{"provider":"10x","endpoint":"http://localhost:3000","secrets":{"10x":["env:A","file:b"]}}',
      JSON.stringify({ providers: [{ ...builtInProfiles()[0], id: "own", aliases: [] }] }),
    ),
    read: (bytes) => configOf({ text: bytes.toString("utf8"), path: "f" }),
  },
  {
    name: "rules",
    seeds: text(
      '{"rules":[{"name":"a","pattern":"cus_(?<value>[a-z]+)","check":"dense"},{"name":"b","keys":["*x*"]}],"allow":{"keys":["k"]}}',
    ),
    read: (bytes) => readRulesFile(bytes.toString("utf8"), "f"),
  },
  {
    name: "deploys",
    seeds: text("2026-06-19T12:00:00Z v1 first\n2026-06-20 v2\n", '{"at":"2026-06-19T12:00:00Z","name":"v1"}\n'),
    read: async (bytes) => readDeploys(bytes.toString("utf8"), "f", { since: 0, until: 2e12 }),
  },
  {
    name: "log lines",
    seeds: async () =>
      readFileSync(new URL("../../examples/receiver.log", import.meta.url), "utf8")
        .split("\n")
        .map((line) => Buffer.from(line)),
    read: async (bytes) => parseLogLine(bytes.toString("utf8"), 1_781_870_400_000),
  },
  {
    name: "kept secrets",
    seeds: text('{"10x":{"base64":"c2VjcmV0","setAt":"2026-06-19T12:00:00Z"}}'),
    read: async (bytes) => {
      try {
        readKeptSecrets(bytes.toString("utf8"));
      } catch (error) {
        // The store says which file.
        if (!(error instanceof SyntaxError)) throw error;
      }
    },
  },
];

const lines: readonly (readonly string[])[] = [
  ["verify", "f", "-p", "10x", "--secret", "s"],
  ["verify", "f", "--secret", "s", "--last"],
  ["compare", "f", "right"],
  ["dlq", "list", "--dlq", "f"],
  ["dlq", "stats", "--dlq", "f", "--json"],
  ["dlq", "show", "dlq_1", "--dlq", "f"],
  ["dlq", "export", "--dlq", "f"],
  ["replay", "--dlq", "f", "--to", "http://127.0.0.1:1/", "--dry-run", "--secret", "s"],
  ["evidence", "-p", "10x", "--event", "evt_0001", "--from", "f", "--dry-run", "--secret", "correct-horse"],
  ["events", "own"],
];

/** Damages a file and has a command show it: no command says that an input is a bug. */
export const fuzzCommands = (rounds: number, firstSeed: number): void => {
  test.each(lines.map((argv) => ({ argv, name: argv.join(" ") })))(
    "$name says no bug of a damaged file",
    async ({ argv }) => {
      const cwd = temporaryFolder();
      const [reader] = argv[0] === "events" ? readers.filter(({ name }) => name === "project files") : [];
      const right = reader === undefined ? [...files("requests"), ...queue(), ...queue()] : await reader.seeds();
      writeFileSync(join(cwd, "right"), files("requests")[0] ?? "");
      for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
        const random = seeded(seed);
        const bytes = mutated(right[Math.floor(random() * right.length)] ?? Buffer.alloc(0), random);
        writeFileSync(join(cwd, reader === undefined ? "f" : "hookproof.config.json"), bytes);
        const { exit, stderr } = await run(argv, { cwd, now: 1_781_870_400_000 });
        if (stderr.includes("bug in hookproof") || ![0, 1, 2].includes(exit))
          expect.fail(`seed ${seed}: exit ${exit}: ${stderr}\n${bytes.toString("latin1").slice(0, 2000)}`);
      }
    },
  );
};

const expected = (error: unknown): void => {
  if (!(error instanceof HookproofError)) throw error;
};

/** Damages what is right so many times and reads it: the end is a result or an error of ours. */
export const fuzzReaders = (rounds: number, firstSeed: number): void => {
  test.each(readers)("damaged $name", async ({ seeds, read, every = 1 }) => {
    const right = await seeds();
    for (const bytes of right) await read(bytes).catch(expected);
    for (let seed = firstSeed; seed < firstSeed + rounds; seed += every) {
      const random = seeded(seed);
      const bytes = mutated(right[Math.floor(random() * right.length)] ?? Buffer.alloc(0), random);
      try {
        await read(bytes);
      } catch (error) {
        if (!(error instanceof HookproofError))
          expect.fail(
            `seed ${seed} throws ${String(error)}\n${error instanceof Error ? error.stack : ""}\n${bytes.toString("latin1").slice(0, 2000)}`,
          );
      }
    }
  });
};
