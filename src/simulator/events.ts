import type { Infer } from "../values/infer.ts";
import type { eventSchema } from "./schema.ts";

/** An event that the simulator reports while it runs. */
export type SimulatorEvent = Infer<typeof eventSchema>;

/** A response of a platform's route. */
export interface RouteResult {
  readonly status: number;
  readonly json?: unknown;
  /** One line about what happened, for display. */
  readonly note: string;
}
