import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Dlq } from "../../src/dlq/dlq.ts";
import { openDlq } from "../../src/dlq/open.ts";
import type { QueueChoice } from "../../src/dlq/shared/engine.ts";
import { builtInProfiles } from "../../src/providers/index.ts";
import { temporaryFolder } from "./run.ts";

/** A process id that no process has. */
const dead = 999_999;

/** Opens an engine's queue as this process, or as one that has died. */
export const openQueue = (
  url: string,
  options: { readonly data?: string; readonly asDead?: boolean } & QueueChoice = {},
): Promise<Dlq> => {
  const folder = options.data ?? temporaryFolder();
  return openDlq(
    url,
    {
      folders: { data: folder },
      cwd: folder,
      processInfo: {
        host: hostname(),
        pid: options.asDead === true ? dead : process.pid,
        exists: (pid) => pid === process.pid,
      },
      now: () => Date.now(),
      randomBytes,
      profiles: async () => builtInProfiles(),
    },
    options,
  );
};
