import * as z from "zod";

export const demoLine = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("say"), text: z.string() }).describe("an explanation"),
    z.strictObject({ type: z.literal("command"), line: z.string() }).describe("a command that the demo runs"),
    z.strictObject({
      type: z.literal("output"),
      from: z.string().describe("hookproof, or the receiver's name"),
      text: z.string(),
    }),
    z.strictObject({
      type: z.literal("summary"),
      commands: z.number(),
      unexpected: z.array(z.string()).describe("what differed from what the demo expects, one sentence each"),
      seconds: z.number().describe("duration of the demo"),
    }),
  ])
  .describe("`hookproof demo --json`, one per line");
