import type { Infer } from "../values/infer.ts";
import type * as schema from "./schema.ts";

// The types of the API's requests and responses, shared with the page.

export type Row = Infer<typeof schema.rowSchema>;
export type Detail = Infer<typeof schema.detailSchema>;
export type State = Infer<typeof schema.stateSchema>;
export type RequestList = Infer<typeof schema.requestsSchema>;
export type CompareInput = Infer<typeof schema.compareInput>;
export type Compared = Infer<typeof schema.compareSchema>;
export type ResendInput = Infer<typeof schema.resendInput>;
export type Resent = Infer<typeof schema.resendSchema>;
export type ResponseScript = NonNullable<State["responses"]>;
export type DeadLettered = Infer<typeof schema.deadLetterSchema>;
export type QueueList = Infer<typeof schema.queueSchema>;
export type ReplayInput = Infer<typeof schema.replayInput>;
export type Replayed = Infer<typeof schema.replaySchema>;
export type Saved = Infer<typeof schema.savedSchema>;
export type Stats = Infer<typeof schema.statsSchema>;
export type Failure = Infer<typeof schema.failureSchema>;
/** The data of each of the stream's events. */
export type StreamEvents = {
  readonly [Name in keyof typeof schema.streamSchemas]: Infer<(typeof schema.streamSchemas)[Name]>;
};
