import * as z from "zod";
import { categories, profileSchema, schemeSchema } from "../../providers/schema.ts";

export const providersOutput = z
  .strictObject({
    providers: z.array(
      z.strictObject({
        id: z.string().describe("the id to pass to -p"),
        aliases: z.array(z.string()).describe("other names that -p accepts"),
        name: z.string(),
        summary: z.string(),
        category: z.enum(categories).describe("the group it is listed in"),
        schemes: z
          .array(
            z.strictObject({
              name: z.string(),
              header: z.string().nullable().describe("the signature header; null if the signature is not in a header"),
              place: z.string().describe("where the signature is, in words"),
              summary: z.string(),
            }),
          )
          .describe("newest first; empty if the platform does not document its signature"),
        events: z.int().describe("number of event types in the catalog"),
        attempts: z.int().describe("total number of attempts, including the first"),
        own: z.boolean().describe("true if it is from the project file"),
        foundBy: z
          .array(z.string())
          .exactOptional()
          .describe("only with --search: the headers and event types that contain one of the words"),
      }),
    ),
  })
  .describe("`hookproof providers --json`");

const { shape } = profileSchema;

/** A profile as written into a project file. */
const proposal = z.strictObject({
  id: shape.id,
  name: shape.name,
  schemes: z.array(schemeSchema),
  contentType: z.string().exactOptional(),
  headers: z.array(z.tuple([z.string(), z.string()])).exactOptional(),
  envelope: shape.envelope.unwrap().partial().exactOptional(),
});

export const providersNewOutput = z
  .strictObject({
    id: z.string(),
    path: z.string().nullable().describe("the file it was written to; null with --print, or if nothing was found"),
    replaced: z.boolean().describe("true if it replaced a profile with the same id"),
    profile: proposal.nullable().describe("the profile; null if no scheme was found"),
    signature: z
      .string()
      .nullable()
      .describe("where the signature is and how it is computed; null if no scheme was found"),
    secret: z.string().nullable().describe("name and fingerprint of the secret that matched; null if none did"),
    requests: z.int().describe("number of requests given; if a profile was found, it verifies all of them"),
    tried: z.int().describe("number of combinations tested"),
    places: z.array(z.string()).describe("the places where a signature was looked for"),
    notes: z.array(z.string()).describe("additional notes; if nothing was found, the findings of the diagnosis"),
  })
  .describe("`hookproof providers new --json`");

export const providersShowOutput = profileSchema.describe(
  '`hookproof providers show ID --json`: the profile; [profiles](profiles.md) explains its fields. A type with *or assumed* means that a fact the platform\'s document does not state is `{"assumed": value, "why": text}`',
);
