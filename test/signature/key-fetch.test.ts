import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { keyFetcher } from "../../src/signature/key-fetch.ts";
import type { FetchDocument, FetchedDocument } from "../../src/signature/key-fetch.ts";
import { keyCache } from "../../src/storage/key-cache.ts";

const root = mkdtempSync(join(tmpdir(), "hookproof-keys-"));
afterAll(() => rmSync(root, { recursive: true }));

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = publicKey.export({ format: "jwk" });
const set = (...kids: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify({ keys: kids.map((kid) => ({ ...jwk, kid })) }));
const source = { url: "https://platform.example/jwks.json" };
const named = { hosts: ["certs.platform.example"] };
const [start, hour, minute] = [1_700_000_000_000, 3_600_000, 60_000];

let folders = 0;
const place = (
  documents: (url: URL) => FetchedDocument | Promise<FetchedDocument>,
  folder = join(root, String(folders++)),
) => {
  const asked: string[] = [];
  let chance = 0;
  const fetch: FetchDocument = async (url) => {
    asked.push(url.href);
    return documents(url);
  };
  const cache = keyCache(folder, () => `t${chance++}`);
  return { asked, folder, cache, fetcher: keyFetcher({ fetch, cache }) };
};
const ok = (body: Buffer): FetchedDocument => ({ status: 200, body, isCut: false });

test("a key is fetched once, and kept on disk for a day", async () => {
  const { asked, folder, fetcher } = place(() => ok(set("a")));
  const first = await fetcher.published(source, undefined, "a", start);
  expect("key" in first && first.key.name).toBe("key from https://platform.example/jwks.json");
  const later = place(() => ok(set("b")), folder);
  expect(await later.fetcher.published(source, undefined, "a", start + 23 * hour)).toHaveProperty("key");
  expect([asked.length, later.asked.length]).toEqual([1, 0]);
  await later.fetcher.published(source, undefined, "a", start + 25 * hour);
  expect(later.asked.length).toBe(1);
});

test("a cache entry with a time in the future is ignored", async () => {
  const { asked, fetcher } = place(() => ok(set("a")));
  await fetcher.published(source, undefined, "a", start);
  await fetcher.published(source, undefined, "a", start - hour);
  expect(asked.length).toBe(2);
});

test("an id that the set lacks fetches it again, at most every five minutes", async () => {
  const { asked, fetcher } = place(() => ok(asked.length > 1 ? set("a", "b") : set("a")));
  await fetcher.published(source, undefined, "a", start);
  await fetcher.published(source, undefined, "b", start + minute);
  expect(asked.length).toBe(1);
  const newer = await fetcher.published(source, undefined, "b", start + 6 * minute);
  expect("key" in newer && newer.key.reveal().toString()).toContain('"kid":"b"');
  await fetcher.published(source, undefined, "invented", start + 7 * minute);
  expect(asked.length).toBe(2);
});

test("offline, the cache alone is asked", async () => {
  const { folder, fetcher } = place(() => ok(set("a")));
  const cache = keyCache(folder, () => "x");
  const offline = keyFetcher({ fetch: undefined, cache });
  expect(await offline.published(source, undefined, "a", start)).toEqual({
    code: "offline",
    reason: "the key at https://platform.example/jwks.json is not in the cache, and --offline forbids fetching it",
  });
  await fetcher.published(source, undefined, "a", start);
  expect(await offline.published(source, undefined, "a", start + hour)).toHaveProperty("key");
});

test("a host that is not the platform's is never asked", async () => {
  const { asked, fetcher } = place(() => ok(set("a")));
  const refused = await fetcher.published(named, "https://certs.platform.example.evil.com/x.pem", undefined, start);
  expect(refused).toMatchObject({ code: "refused" });
  expect(asked).toEqual([]);
  await fetcher.published(named, "https://certs.platform.example/x.pem", undefined, start);
  expect(asked).toEqual(["https://certs.platform.example/x.pem"]);
});

test.each([
  [{ status: 404, body: Buffer.alloc(0), isCut: false }, "status 404"],
  [{ status: 302, body: Buffer.alloc(0), isCut: false }, "status 302"],
  [{ status: 200, body: set("a"), isCut: true }, "it is larger than 131072 bytes"],
  [{ status: 200, body: Buffer.from("<html>"), isCut: false }, "it contains no key"],
  [{ failure: "timed out after 5s" }, "timed out after 5s"],
])("what is not a key is not kept: %j", async (document, why) => {
  const { folder, fetcher } = place(() => document);
  expect(await fetcher.published(source, undefined, "a", start)).toEqual({
    code: "failed",
    reason: `cannot fetch the key at https://platform.example/jwks.json: ${why}`,
  });
  expect(() => readdirSync(folder)).toThrow();
});

test("a flood of requests asks the platform once a URL, and twenty times a minute at most", async () => {
  const { asked, fetcher } = place(() => ({ status: 404, body: Buffer.alloc(0), isCut: false }));
  const all = (n: number, path: (at: number) => string) =>
    Promise.all(
      Array.from({ length: n }, (_, at) =>
        fetcher.published(named, `https://certs.platform.example/${path(at)}`, undefined, start),
      ),
    );
  await all(50, () => "same.pem");
  await all(50, () => "same.pem");
  expect(asked.length).toBe(1);
  const results = await all(300, (at) => `${at}.pem`);
  expect(asked.length).toBe(20);
  expect(results.at(-1)).toMatchObject({ code: "failed" });
});

test("the cache keeps a hundred documents, and takes a damaged one for none", async () => {
  const { folder, cache } = place(() => ok(set("a")));
  for (let at = 0; at < 130; at++) cache.write(`https://x.example/${at}`, { body: Buffer.from("x"), fetchedAt: start });
  const files = readdirSync(folder);
  expect(files.length).toBe(100);
  for (const file of files) writeFileSync(join(folder, file), '{"url":1}');
  for (let at = 0; at < 130; at++) expect(cache.read(`https://x.example/${at}`, start)).toBeUndefined();
});

test("an unwritable cache is no error", async () => {
  writeFileSync(join(root, "file"), "");
  const { fetcher } = place(() => ok(set("a")), join(root, "file", "keys"));
  expect(await fetcher.published(source, undefined, "a", start)).toHaveProperty("key");
});
