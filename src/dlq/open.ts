import { join } from "node:path";
import { HookproofError } from "../errors.ts";
import type { Dlq } from "./dlq.ts";
import { engines, queueForms } from "./engines.ts";
import type { QueueChoice, QueueDeps } from "./shared/engine.ts";

/** The user's own queue, for a command line that names none. */
const ownQueue = (folders: QueueDeps["folders"]): string => join(folders.data, "dlq.ndjson");

/**
 * Opens the dead-letter queue that a person names: a file, `redis://…`, `sqs:QUEUE`, `amqp://…`;
 * the user's own file where none is named.
 * @throws HookproofError `unsupported` for a scheme hookproof does not know, `input-malformed` for a file of another kind
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
