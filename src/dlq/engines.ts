import { oneOf } from "../values/count.ts";
import { fileName } from "./file/path.ts";
import type { OpenQueue } from "./shared/engine.ts";

/** A kind of queue: which names are its own, and how people write them. */
export interface Engine {
  readonly owns: RegExp;
  readonly form: string;
  /** Its module is loaded when it is used: nobody loads a client that no name asked for. */
  readonly load: () => Promise<{ readonly open: OpenQueue }>;
}

/** Every engine; a new one is a folder and a line here. The first that owns a name opens it. */
export const engines: readonly Engine[] = [
  { owns: fileName, form: "a file", load: () => import("./file/open.ts") },
  { owns: /^rediss?:.*[?&]bullmq=/is, form: "redis://…", load: () => import("./bullmq/bullmq.ts") },
  { owns: /^rediss?:/i, form: "redis://…", load: () => import("./redis/stream.ts") },
  { owns: /^sqs:/i, form: "sqs:QUEUE", load: () => import("./sqs/sqs.ts") },
  { owns: /^amqps?:/i, form: "amqp://…", load: () => import("./amqp/amqp.ts") },
];

/** How people name queues: `a file, redis://…, sqs:QUEUE or amqp://…`. */
export const queueForms = oneOf([...new Set(engines.map(({ form }) => form))]);
