import type { Delivery } from "../delivery/types.ts";
import type { Attempt } from "../request/attempt.ts";

/** What the simulator tells while it runs. */
export type SimulatorEvent =
  | {
      readonly type: "ready";
      readonly url: string;
      readonly routes: readonly {
        readonly provider: string;
        readonly name: string;
        readonly method: string;
        readonly path: string;
      }[];
      readonly deliversTo: string | null;
      readonly certificate: string | null;
    }
  /** A request to one of the platforms' routes, and what it was answered. */
  | {
      readonly type: "call";
      readonly method: string;
      readonly target: string;
      readonly provider: string | null;
      readonly route: string | null;
      readonly status: number;
      readonly note: string;
    }
  | {
      readonly type: "attempt";
      readonly provider: string;
      readonly eventId: string;
      readonly eventType: string | null;
      readonly url: string;
      readonly attempt: Attempt;
    }
  | { readonly type: "delivery"; readonly provider: string; readonly delivery: Delivery }
  | { readonly type: "summary"; readonly calls: number; readonly delivered: number; readonly terminal: number };

/** An answer of a platform's route. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  /** One line on what happened, for the one who watches. */
  readonly note: string;
}
