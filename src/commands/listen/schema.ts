import { eventSchema } from "../../listener/schema.ts";

export const listenOutput = eventSchema.describe("`hookproof listen --json`, one per line");
