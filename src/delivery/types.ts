import type { Infer } from "../values/infer.ts";
import type { deliverySchema } from "./schema.ts";

/** The command that made the event and sent it: hookproof's own deliveries are not the platform's. */
export type Sender = "send" | "simulate";

/** A whole delivery: one event to one endpoint, all its attempts. */
export type Delivery = Infer<typeof deliverySchema>;
