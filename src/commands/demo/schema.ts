import * as z from "zod";

export const demoLine = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("say"), text: z.string() }),
    z.strictObject({ type: z.literal("command"), line: z.string() }),
    z.strictObject({
      type: z.literal("output"),
      from: z.string().describe("hookproof, or the receiver's name"),
      text: z.string(),
    }),
    z.strictObject({
      type: z.literal("summary"),
      commands: z.number(),
      unexpected: z.array(z.string()).describe("what did not go as expected, one sentence each"),
      seconds: z.number(),
    }),
  ])
  .describe("`hookproof demo --json`, one per line");
