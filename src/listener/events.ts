import type { Infer } from "../values/infer.ts";
import type { eventSchema } from "./schema.ts";

/** An event that the listener reports while it runs. */
export type ListenEvent = Infer<typeof eventSchema>;

type EventOf<Type extends ListenEvent["type"]> = Extract<ListenEvent, { readonly type: Type }>;

export type ReadyEvent = EventOf<"ready">;
/** A received request: its capture record, and what was found out about it. */
export type RequestEvent = EventOf<"request">;
export type ResponseEvent = EventOf<"response">;
export type ForwardEvent = EventOf<"forward">;
/** One run of the `--on-verified` command. */
export type CommandEvent = EventOf<"command">;
export type NoticeEvent = EventOf<"notice">;
/** What went wrong without ending the listener. */
export type ProblemEvent = EventOf<"problem">;
export type TargetEvent = EventOf<"target">;
export type StoppingEvent = EventOf<"stopping">;
export type SummaryEvent = EventOf<"summary">;

/** Why a request wasn't verified. */
export type Unverified = NonNullable<RequestEvent["unverified"]>;
/** How a sender broke the identity of an event between two attempts. */
export type IdentityFlag = RequestEvent["flags"][number];
export type EndReason = SummaryEvent["reason"];
