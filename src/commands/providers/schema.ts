import * as z from "zod";
import { categories, profileSchema } from "../../providers/schema.ts";

export const providersOutput = z
  .strictObject({
    providers: z.array(
      z.strictObject({
        id: z.string().describe("what -p takes"),
        aliases: z.array(z.string()).describe("taken by -p as well"),
        name: z.string(),
        summary: z.string(),
        category: z.enum(categories).describe("the group it is listed in"),
        schemes: z
          .array(
            z.strictObject({
              name: z.string(),
              header: z.string().nullable().describe("the signature's header; null where it stands elsewhere"),
              place: z.string().describe("where the signature stands, in words"),
              summary: z.string(),
            }),
          )
          .describe("newest first; empty where the platform does not document its signature"),
        events: z.int().describe("how many event types the catalogue has"),
        attempts: z.int().describe("all delivery attempts, the first included"),
        own: z.boolean().describe("from the project file"),
        foundBy: z
          .array(z.string())
          .exactOptional()
          .describe("with --search: the headers and event types that hold one of the words"),
      }),
    ),
  })
  .describe("`hookproof providers --json`");

export const providersShowOutput = profileSchema.describe(
  '`hookproof providers show ID --json`: the profile, as [profiles](profiles.md) explains its fields. Where a type says *or assumed*, a fact that the platform\'s document leaves open is `{"assumed": value, "why": text}`',
);
