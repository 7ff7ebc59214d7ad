// Writes schema/config.json, the JSON Schema of hookproof.config.json for editors; checked by test/storage/config.test.ts.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as z from "zod";
import { configSchema } from "../src/storage/config-schema.ts";
import { profileSchema } from "../src/providers/schema.ts";

/**
 * The full text of schema/config.json. A profile is either complete or extends another one and replaces some fields;
 * both may omit fields of `envelope` and `delivery`.
 */
export const configSchemaText = (): string => {
  const { envelope, delivery } = profileSchema.shape;
  const own = profileSchema.extend({
    envelope: envelope.unwrap().partial().optional(),
    delivery: delivery.unwrap().partial().optional(),
  });
  const changed = own.partial().extend({
    id: profileSchema.shape.id,
    extends: z.string().describe("id of a built-in profile to inherit missing fields from"),
  });
  const whole = configSchema.extend({
    providers: z
      .array(z.union([changed, own]))
      .exactOptional()
      .describe("your own platform profiles"),
  });
  const schema = z.toJSONSchema(whole, { io: "input", unrepresentable: "any", reused: "ref" });
  return `${JSON.stringify({ title: "hookproof.config.json", ...schema }, null, 2)}\n`;
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = new URL("../schema/config.json", import.meta.url);
  await mkdir(new URL("./", file), { recursive: true });
  await writeFile(fileURLToPath(file), configSchemaText());
}
