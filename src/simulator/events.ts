import type { Infer } from "../values/infer.ts";
import type { eventSchema } from "./schema.ts";

/** What the simulator reports while it runs. */
export type SimulatorEvent = Infer<typeof eventSchema>;

/** An answer of a platform's route. */
export interface RouteResult {
  readonly status: number;
  readonly json?: unknown;
  /** One line on what happened, for the one who watches. */
  readonly note: string;
}
