import { join } from "node:path";
import { HookproofError } from "../errors.ts";
import type { Dlq } from "./dlq.ts";
import { engines, queueForms } from "./engines.ts";
import type { QueueChoice, QueueDeps } from "./shared/engine.ts";

/** The user's own queue, used if the command line doesn't name one. */
const ownQueue = (folders: QueueDeps["folders"]): string => join(folders.data, "dlq.ndjson");

/**
 * Opens a dead-letter queue by name: a file, `redis://…`, `sqs:QUEUE` or `amqp://…`; the user's own file if `spec` is
 * undefined.
 * @throws HookproofError `unsupported` for an unknown scheme, `input-malformed` for a file that isn't a queue
 */
export const openDlq = async (spec: string | undefined, deps: QueueDeps, choice: QueueChoice = {}): Promise<Dlq> => {
  const name = spec ?? ownQueue(deps.folders);
  const engine = engines.find(({ owns }) => owns.test(name));
  if (engine === undefined) {
    const scheme = name.slice(0, name.indexOf(":")).toLowerCase();
    throw new HookproofError("unsupported", `'${scheme}:' is not a supported queue`, {
      hint: `give ${queueForms}`,
    });
  }
  const { open } = await engine.load();
  return open(name, deps, choice);
};
