import type { Infer } from "../values/infer.ts";
import type { deliverySchema } from "./schema.ts";

/** A whole delivery: one event to one endpoint, all its attempts. */
export type Delivery = Infer<typeof deliverySchema>;
