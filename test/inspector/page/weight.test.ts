import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bin } from "../../support/run.ts";

const built = (name: string): Buffer => readFileSync(join(dirname(bin), "../dist/inspector", name));

test("the page is at most 60 kB compressed", () => {
  const weight = ["index.html", "app.js", "app.css"].reduce((sum, name) => sum + gzipSync(built(name)).length, 0);
  expect(weight).toBeLessThan(60_000);
});

test("the page has nothing inline and names no other host", () => {
  const html = built("index.html").toString();
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/i);
  const addresses = ["index.html", "app.js", "app.css"].flatMap(
    (name) =>
      built(name)
        .toString()
        .match(/https?:\/\/[\w.]+/g) ?? [],
  );
  // Names of XML, and an example of a local address.
  expect(new Set(addresses)).toEqual(new Set(["http://www.w3.org", "http://localhost"]));
});
