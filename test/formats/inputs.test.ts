import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRequest, readRequests } from "../../src/formats/read.ts";
import { run, temporaryFolder } from "../support/run.ts";
import { oneIn } from "../diagnosis/choice.ts";
import { damagedForms, lossIsTold, settles, verified } from "./forms-judged.ts";
import { ascii, compact, exact, lossy, spaced } from "./inputs.ts";

describe.each([
  ["compact", compact],
  ["spaced", spaced],
  ["plain", ascii],
])("a body that is %s", (_name, body) => {
  test.each(Object.entries(exact))("is valid in %s", async (_form, write) => {
    const text = write(body);
    const request = await readRequest(Buffer.from(text), "f");
    expect(request.body.toString()).toBe(body);
    expect(request.lost).toBeUndefined();
    expect(request.method).toBe("POST");
    const { exit, verdict } = await verified(text);
    expect({ exit, valid: verdict.valid }).toEqual({ exit: 0, valid: true });
  });
});

lossIsTold(oneIn);

test.each(["GitHub's page", "GitHub's page, headers alone above", "curl --trace-ascii"])(
  "%s is valid where what it shows is what was sent",
  async (form) => {
    expect((await verified(lossy[form]?.(ascii) ?? "")).verdict.valid).toBe(true);
  },
);

test("a file of several requests gives each, and --entry chooses", async () => {
  const text = [compact, spaced].map((body) => exact["pino, req with raw body"]?.(body)).join("");
  expect((await readRequests(Buffer.from(text), "f")).map(({ body }) => body.toString())).toEqual([compact, spaced]);
  expect((await readRequest(Buffer.from(text), "f", { entry: 2 })).body.toString()).toBe(spaced);
  await expect(readRequest(Buffer.from(text), "f")).rejects.toThrow("f contains 2 requests");
  await expect(readRequest(Buffer.from(text), "f", { entry: 3 })).rejects.toThrow("f has no entry 3; it has 2");
});

test("compare takes them, and says what the file has not kept", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "a"), exact["webhook.site"]?.(compact) ?? "");
  writeFileSync(join(cwd, "b"), exact["fetch, Firefox"]?.(compact) ?? "");
  writeFileSync(join(cwd, "c"), lossy["curl -v"]?.(compact) ?? "");
  expect((await run(["compare", "a", "b", "--body-only"], { cwd })).exit).toBe(0);
  const { stderr } = await run(["compare", "a", "c", "--body-only"], { cwd });
  expect(stderr).toContain("c does not contain the request as it was sent: curl -v does not show the body");
});

test.each(Object.entries({ ...exact, "pino, parsed": lossy["pino, parsed"] }))(
  "dlq import takes %s",
  async (_form, write) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "f"), write?.(compact) ?? "");
    expect(await run(["dlq", "import", "f", "-p", "github", "--dlq", "q.ndjson"], { cwd })).toMatchObject({ exit: 0 });
    const { stdout } = await run(["dlq", "export", "--dlq", "q.ndjson"], { cwd });
    const entries = stdout.trim().split("\n");
    expect(entries).toHaveLength(1);
    const [entry = ""] = entries;
    expect(entry).toContain("72d3162e-cc78-11e3-81ab-4c9367dc0958");
  },
);

test("dlq import refuses a request without its body", async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "f"), lossy["curl -v"]?.(compact) ?? "");
  const { exit, stderr } = await run(["dlq", "import", "f", "-p", "github", "--dlq", "q.ndjson"], { cwd });
  expect(exit).toBe(2);
  expect(stderr).toContain("f does not contain the request as it was sent: curl -v does not show the body");
});

test.each([
  ["an e-mail event", '{"event-data":{"message":{"headers":{"to":"a@b.c","message-id":"x","subject":"s"},"size":1}}}'],
  ["a body of headers alone", '{"data":{"headers":{"a":"b"},"x":1}}'],
  ["what was answered", "response headers: { host: 'a', 'x-b': 'c' }\nresponse body: '{}'"],
  ["prose", "the headers: are { not } here, nor is the body: at all"],
  ["a payload in a log", '2026-06-19 INFO {"id":"evt_1","type":"x"}'],
])("%s is not a request", async (_name, text) => {
  await expect(readRequest(Buffer.from(text), "f")).rejects.toThrow(/unrecognized request format|not a request/);
});

describe("damage", () => {
  damagedForms(2);

  test.each([
    ["open objects", "x {".repeat(60_000)],
    ["open objects a line", '{"headers":[1,\n'.repeat(30_000)],
    ["labels", "headers: ".repeat(60_000)],
    ["labels with objects", "headers: {a: [".repeat(40_000)],
    ["strings without end", 'body: "'.repeat(60_000)],
    ["concatenated strings", `headers: { a: ${"'x' + ".repeat(80_000)}`],
    ["a long prefix", `${"a".repeat(1_000_000)}: headers`],
    ["colons", `Headers\n${"a:".repeat(300_000)}\nPayload\n{}`],
    ["a trace", `=> Send header, 9 bytes (0x9)\n${"0000: 00 \n".repeat(60_000)}`],
    ["offsets", `=> Send header, 9 bytes (0x9)\nffffffffffff: x\n`],
    ["transcripts", "> POST / HTTP/1.1\n> a: b\n".repeat(20_000)],
    ["fetch calls", "fetch('a', ".repeat(60_000)],
    ["PowerShell", `iwr -Uri "${"`".repeat(500_000)}`],
    ["deep JSON", `${'{"event":'.repeat(400)}{"headers":{"host":"x"},"body":""}${"}".repeat(400)}`],
    [
      "many headers",
      JSON.stringify({
        headers: Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`x-${at}`, "1"])),
        body: "",
      }),
    ],
  ])("of %s ends", { timeout: 20_000 }, async (_name, text) => {
    await settles(Buffer.from(text));
  });
});
