import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { providerDocs } from "../../scripts/provider-docs.ts";

test("docs/providers.md is what `npx tsx scripts/provider-docs.ts` writes", () => {
  const file = fileURLToPath(new URL("../../docs/providers.md", import.meta.url));
  expect(readFileSync(file, "utf8")).toBe(providerDocs());
});
