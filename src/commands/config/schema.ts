import * as z from "zod";
import { purposes } from "../../storage/trusted-hosts.ts";

const setting = z.strictObject({
  value: z.string().nullable(),
  source: z.string().nullable().describe("an environment variable's name or the project file's path"),
});

export const configOutput = z
  .strictObject({
    file: z.string().nullable().describe("the project file in force"),
    provider: setting,
    endpoint: setting,
    secrets: z
      .record(z.string(), z.array(z.string()))
      .describe("references by provider id; a literal secret in the file is not repeated"),
    environmentSecret: z.boolean().describe("HOOKPROOF_SECRET is set and takes precedence over the project file"),
    storedSecrets: z.array(z.string()).describe("names of stored secrets"),
    providers: z.array(z.string()).describe("ids of the project file's own profiles"),
    folders: z.strictObject({ config: z.string(), data: z.string(), state: z.string() }),
  })
  .describe("`hookproof config --json`");

export const configPathOutput = z
  .strictObject({ path: z.string().nullable().describe("null where no project file is found") })
  .describe("`hookproof config path --json`");

export const configTrustOutput = z
  .strictObject({
    trusted: z.array(
      z.strictObject({
        host: z.string().describe("its origin: https://api.example.com"),
        may: z.array(z.enum(purposes)).describe("what may be sent to it because a project file names it"),
        trustedAt: z.string().nullable(),
      }),
    ),
    removed: z.array(z.string()).describe("with --remove: no longer trusted"),
  })
  .describe("`hookproof config trust --json`");

export const configCheckOutput = z
  .strictObject({
    path: z.string(),
    valid: z.boolean(),
    providers: z.array(z.string()).describe("ids of the file's own profiles, where it is right"),
    problems: z
      .array(
        z.strictObject({
          line: z.int(),
          column: z.int(),
          field: z.string().describe("providers[0].delivery.timeout; empty for the file as a whole"),
          message: z.string(),
          nearest: z.string().nullable().describe("the name or value that was probably meant"),
        }),
      )
      .describe("everything that is wrong, in the order of the file"),
  })
  .describe("`hookproof config check --json`");
