import { join } from "node:path";
import type { Delivery, Sender } from "../../delivery/types.ts";
import { HookproofError } from "../../errors.ts";
import { openJournal } from "../../storage/journal.ts";
import type { Journal } from "../../storage/journal.ts";
import { isoInstant } from "../../values/instant.ts";
import type { Context } from "../../cli/context.ts";

/** The user's append-only log of deliveries, for `evidence` and `jq`. */
export interface DeliveryLog {
  add(provider: string, delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the log of what a command sends when the first delivery is written. If the log can't be written, that is only a warning: deliveries go
 * on.
 */
export const deliveryLog = (context: Context, by: Sender): DeliveryLog => {
  let journal: Journal | undefined;
  return {
    add: async (provider, delivery) => {
      try {
        journal ??= openJournal(join(context.folders.data, "deliveries.ndjson"), { shared: true });
        await journal.append(
          JSON.stringify({ type: "delivery", at: isoInstant(context.now()), provider, by, ...delivery }),
        );
      } catch (error) {
        if (!(error instanceof HookproofError)) throw error;
        context.warn(`the delivery is not in the log: ${error.message}`);
      }
    },
    close: async () => journal?.close(),
  };
};
