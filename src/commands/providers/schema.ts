import * as z from "zod";
import { categories, profileSchema, schemeSchema } from "../../providers/schema.ts";

export const providersOutput = z
  .strictObject({
    providers: z.array(
      z.strictObject({
        id: z.string().describe("what -p takes"),
        aliases: z.array(z.string()).describe("also accepted by -p"),
        name: z.string(),
        summary: z.string(),
        category: z.enum(categories).describe("the group it is listed in"),
        schemes: z
          .array(
            z.strictObject({
              name: z.string(),
              header: z.string().nullable().describe("the signature's header; null if it is elsewhere"),
              place: z.string().describe("where the signature is, in words"),
              summary: z.string(),
            }),
          )
          .describe("newest first; empty where the platform does not document its signature"),
        events: z.int().describe("number of event types in the catalog"),
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

const { shape } = profileSchema;

/** A profile as it is written into a project file. */
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
    path: z.string().nullable().describe("the file it was written to; null with --print, and where nothing was found"),
    replaced: z.boolean().describe("it replaced one with the same id"),
    profile: proposal.nullable().describe("the profile; null where no scheme was found"),
    signature: z.string().nullable().describe("where the signature is and what it is"),
    secret: z.string().nullable().describe("the name and fingerprint of the secret that matched"),
    requests: z.int().describe("how many requests were given; all of them verify by the profile"),
    tried: z.int().describe("number of signing methods tried"),
    places: z.array(z.string()).describe("where a signature was looked for"),
    notes: z.array(z.string()).describe("what to know besides; where nothing was found, what the diagnosis says"),
  })
  .describe("`hookproof providers new --json`");

export const providersShowOutput = profileSchema.describe(
  '`hookproof providers show ID --json`: the profile, as [profiles](profiles.md) explains its fields. Where a type says *or assumed*, a fact that the platform\'s document leaves open is `{"assumed": value, "why": text}`',
);
