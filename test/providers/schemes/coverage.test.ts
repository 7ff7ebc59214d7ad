import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { builtInProfiles } from "../../../src/providers/index.ts";
import { keyRows } from "../key-rows.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/schemes/${name}`, import.meta.url), "utf8");

const ids = fixture("schemes.tsv")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t")[0] ?? "");
const fixtures = (JSON.parse(fixture("profiles.json")) as { readonly providers: readonly { readonly id: string }[] })
  .providers;

/** Ids without what separates their words, which platforms and rows write differently. */
const plain = (id: string): string => id.replace(/[_-]/g, "");
const builtIn = new Set(builtInProfiles().flatMap(({ id, aliases = [] }) => [id, ...aliases].map(plain)));
const keyed = new Set(keyRows.map(({ id }) => plain(id)));
const written = new Set(fixtures.map(({ id }) => plain(id)));

/** Rows that no profile can express, each with the reason; five at most. */
const notExpressible: Readonly<Record<string, string>> = {};

/** Rows of ed25519 keys, tried with the keys of Standard Webhooks (rows.test.ts) and with PEM and hex (key-rows.test.ts). */
const twice = ["keygen", "discord", "telnyx"];

const homeOf = (id: string): string => {
  if (id in notExpressible) return "not expressible";
  if (builtIn.has(plain(id))) return "built-in profile";
  if (keyed.has(plain(id))) return "key row";
  return written.has(plain(id)) ? "fixture profile" : "none";
};

test("each of the 144 rows is a built-in profile, a fixture profile or a key row, or named as not expressible", () => {
  expect(new Set(ids).size).toBe(144);
  const homes: Record<string, string[]> = {};
  for (const id of ids) (homes[homeOf(id)] ??= []).push(id);
  expect(homes["none"] ?? []).toEqual([]);
  expect((homes["not expressible"] ?? []).toSorted()).toEqual(Object.keys(notExpressible).toSorted());
  expect(Object.keys(notExpressible).length).toBeLessThanOrEqual(5);
});

test("each row that can be expressed is signed and verified by a test of its own, and no test has another row", () => {
  const tried = ids.filter((id) => !(id in notExpressible));
  const times = (id: string): number => Number(written.has(plain(id))) + Number(keyed.has(plain(id)));
  expect(tried.filter((id) => times(id) === 0)).toEqual([]);
  expect(tried.filter((id) => times(id) > 1).toSorted()).toEqual(twice.toSorted());
  const known = new Set(tried.map(plain));
  expect([...written, ...keyed].filter((id) => !known.has(id))).toEqual([]);
});

test("the count in docs/profiles.md is the table's", () => {
  const page = readFileSync(new URL("../../../docs/profiles.md", import.meta.url), "utf8");
  const count = Object.keys(notExpressible).length;
  expect(page).toContain(count === 0 ? `All ${ids.length} signature schemes` : `${count} cannot`);
});
