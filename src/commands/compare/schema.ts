import { comparisonSchema } from "../../compare/schema.ts";

export const compareOutput = comparisonSchema.describe("`hookproof compare --json`");
