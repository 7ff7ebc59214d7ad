import { verdictSchema } from "../../signature/schema.ts";

export const verdictOutput = verdictSchema.describe("`hookproof verify --json`");
