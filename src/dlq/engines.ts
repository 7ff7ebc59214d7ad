import { oneOf } from "../values/count.ts";
import { fileName } from "./file/path.ts";
import type { OpenQueue } from "./shared/engine.ts";

/** A queue engine: the names it opens, and how users write them. */
export interface Engine {
  readonly owns: RegExp;
  readonly form: string;
  /** Loaded on first use, so that unused client libraries aren't loaded. */
  readonly load: () => Promise<{ readonly open: OpenQueue }>;
}

/** All engines. To add one, add a folder and a line here. The first engine whose `owns` matches a name opens it. */
export const engines: readonly Engine[] = [
  { owns: fileName, form: "a file", load: () => import("./file/open.ts") },
  { owns: /^rediss?:.*[?&]bullmq=/is, form: "redis://…", load: () => import("./bullmq/bullmq.ts") },
  { owns: /^rediss?:/i, form: "redis://…", load: () => import("./redis/stream.ts") },
  { owns: /^sqs:/i, form: "sqs:QUEUE", load: () => import("./sqs/sqs.ts") },
  { owns: /^amqps?:/i, form: "amqp://…", load: () => import("./amqp/amqp.ts") },
];

/** The accepted forms of queue names: `a file, redis://…, sqs:QUEUE or amqp://…`. */
export const queueForms = oneOf([...new Set(engines.map(({ form }) => form))]);
