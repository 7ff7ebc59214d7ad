import { readdirSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join } from "node:path";
import { importedEntries } from "../../dlq/import.ts";
import { HookproofError, fileError } from "../../errors.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { dlqInputs } from "../shared/dlq-inputs.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, flag, option } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { openQueue } from "../shared/open-queue.ts";
import { endpointUrl } from "../shared/targets.ts";

/** `hookproof dlq import`: imports events from common file formats into a dead-letter queue. */
export default command({
  summary: "Import events from common file formats",
  details:
    "Accepts hookproof's NDJSON, folders of payloads, one JSON payload per line, requests in any format verify reads, and the output of `aws sqs receive-message` and of RabbitMQ's management `get`.",
  inputs: {
    source: argument("<file-or-folder>", "what to import; - for standard input"),
    provider: shared.provider,
    dlq: dlqInputs.dlq,
    endpoint: dlqInputs.endpoint,
    to: option("--to <url>", "the endpoint the events were meant for", endpointUrl),
    all: flag("--all", "also import the capture's delivered events"),
    force: flag("--force", "also import items that do not look like webhooks"),
  },
  examples: [
    "hookproof dlq import failed/ -p 10x",
    "aws sqs receive-message --queue-url $URL | hookproof dlq import - -p salesos",
  ],
  async run(context, input) {
    const profile = input.provider === undefined ? undefined : await context.profile(input.provider);
    const profiles = await context.profiles();
    const dlq = await openQueue(context, input);
    let imported = 0;
    const problems: string[] = [];
    const skipped: string[] = [];
    try {
      for await (const { name, bytes } of filesOf(context, input.source, problems)) {
        for await (const found of importedEntries(bytes, name, {
          profile,
          profiles,
          now: context.now(),
          url: input.to ?? null,
          all: input.all,
          force: input.force,
        })) {
          if ("problem" in found) problems.push(found.problem);
          else if ("skipped" in found) skipped.push(found.skipped);
          else {
            await dlq.add(found.entry);
            imported++;
          }
        }
      }
    } finally {
      await dlq.close();
    }
    const displayName = 10;
    for (const what of [problems, skipped]) {
      for (const one of what.slice(0, displayName)) context.warn(one);
      if (what.length > displayName) context.warn(`and ${what.length - displayName} more`);
    }
    if (imported === 0 && skipped.length === 0)
      throw new HookproofError("input-malformed", `${input.source} contains no readable event`, {
        hint: profile === undefined ? "pass -p ID for bare payloads" : "see docs/dlq.md for the accepted formats",
      });
    return {
      data: { imported, skipped: skipped.length, unreadable: problems.length },
      exit: problems.length === 0 && imported > 0 ? Exit.yes : Exit.no,
    };
  },
  view: ({ imported, skipped, unreadable }, paint) =>
    paint`${unreadable === 0 && imported > 0 ? paint.good(paint.mark.yes) : paint.warn(paint.mark.warn)} ${imported} imported${skipped === 0 ? "" : `, ${skipped} skipped`}${unreadable === 0 ? "" : `, ${unreadable} could not be read`}`,
});

/**
 * Reads one file at a time, because a folder may have more than fits in memory.
 * @param problems collects files of a folder that can't be read
 */
async function* filesOf(
  context: Context,
  source: string,
  problems: string[],
): AsyncGenerator<{ readonly name: string; readonly bytes: Buffer }> {
  const path = source === "-" ? undefined : context.path(source);
  if (path === undefined || !isFolder(path)) {
    yield { name: source === "-" ? "standard input" : source, bytes: await context.readInput(source) };
    return;
  }
  for (const name of namesIn(path, source)) {
    let bytes: Buffer;
    try {
      bytes = await context.readInput(join(path, name));
    } catch (error) {
      if (!(error instanceof HookproofError) || error.code === "interrupted") throw error;
      problems.push(error.message);
      continue;
    }
    yield { name, bytes };
  }
}

/** Readable names in a folder: files, and links that don't lead to a folder. */
const namesIn = (path: string, displayName: string): readonly string[] => {
  const mayBeRead = (one: Dirent): boolean =>
    !one.name.startsWith(".") && (one.isFile() || (one.isSymbolicLink() && !isFolder(join(path, one.name))));
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(mayBeRead)
      .map(({ name }) => name)
      .toSorted();
  } catch (error) {
    throw fileError(error, "read", displayName);
  }
};

/** Whether a path is a folder; false on errors, because reading the path reports them. */
const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};
