import * as z from "zod";
import { purposes } from "../../storage/trusted-hosts.ts";

const setting = z.strictObject({
  value: z.string().nullable().describe("null if not set"),
  source: z
    .string()
    .nullable()
    .describe("the name of the environment variable or the path of the project file; null if not set"),
});

export const configOutput = z
  .strictObject({
    file: z.string().nullable().describe("the project file in use; null if there is none"),
    provider: setting,
    endpoint: setting,
    secrets: z
      .record(z.string(), z.array(z.string()))
      .describe("secret references by provider id; a literal secret in the file is not shown"),
    environmentSecret: z
      .boolean()
      .describe("true if HOOKPROOF_SECRET is set, which takes precedence over the project file"),
    storedSecrets: z.array(z.string()).describe("names of stored secrets"),
    providers: z.array(z.string()).describe("ids of the project file's own profiles"),
    folders: z
      .strictObject({ config: z.string(), data: z.string(), state: z.string() })
      .describe("hookproof's own folders"),
  })
  .describe("`hookproof config --json`");

export const configPathOutput = z
  .strictObject({ path: z.string().nullable().describe("null if no project file is found") })
  .describe("`hookproof config path --json`");

export const configTrustOutput = z
  .strictObject({
    trusted: z.array(
      z.strictObject({
        host: z.string().describe("the origin: https://api.example.com"),
        may: z.array(z.enum(purposes)).describe("what a project file may send to it"),
        trustedAt: z.string().nullable().describe("ISO 8601, UTC; null if not known"),
      }),
    ),
    removed: z.array(z.string()).describe("with --remove: the hosts that are no longer trusted"),
  })
  .describe("`hookproof config trust --json`");

export const configCheckOutput = z
  .strictObject({
    path: z.string(),
    valid: z.boolean(),
    providers: z.array(z.string()).describe("ids of the file's own profiles; empty if the file is invalid"),
    problems: z
      .array(
        z.strictObject({
          line: z.int().describe("from 1"),
          column: z.int().describe("from 1"),
          field: z.string().describe("the field, as in providers[0].delivery.timeout; empty for the whole file"),
          message: z.string(),
          nearest: z
            .string()
            .nullable()
            .describe("the name or value that was probably intended; null if there is none"),
        }),
      )
      .describe("all problems, in the order of the file"),
  })
  .describe("`hookproof config check --json`");
