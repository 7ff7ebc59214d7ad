import { eventSchema } from "../../simulator/schema.ts";

export const simulateOutput = eventSchema.describe("`hookproof simulate --json`, one per line");
