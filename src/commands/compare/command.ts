import { formatNames } from "../../formats/formats.ts";
import { oneOf } from "../../values/count.ts";
import { HookproofError } from "../../errors.ts";
import { compareRequests, sha256 } from "../../compare/compare.ts";
import type { Comparison } from "../../compare/compare.ts";
import { detectProfiles } from "../../diagnosis/detect.ts";
import { differentEvents } from "../../compare/events.ts";
import type { Profile } from "../../providers/profile.ts";
import { tokenMask } from "../../providers/tokens.ts";
import type { WebhookRequest } from "../../request/request.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { argument, flag, option } from "../../cli/inputs.ts";
import { wholeNumber } from "../../cli/value-parsers.ts";
import { compareView } from "./view.ts";

/** `hookproof compare`: shows how a request changed between two points, and what usually causes that. */
export default command({
  summary: "Compare a request as sent with the request as received, byte for byte",
  details: `Both are files in any format that \`hookproof verify\` reads: ${oneOf(formatNames)}. If neither file is a request, they are compared as bodies; with --body-only, only the bodies are compared, and one file may be just a body.`,
  inputs: {
    sent: argument("<sent>", "the request as it was sent; - for standard input"),
    received: argument("<received>", "the request as it was received"),
    bodyOnly: flag("--body-only", "compare only the bodies; a file may be just a body"),
    id: option("--id <id>", "if <received> is a capture file: use the request with this id"),
    last: flag("--last", "if <received> is a capture file: use the last request", { conflicts: ["id"] }),
    entry: option(
      "--entry <n>",
      "if <received> is a HAR file or log: use the n-th request, counting from 1",
      wholeNumber(1),
    ),
    sentId: option("--sent-id <id>", "if <sent> is a capture file: use the request with this id"),
    sentLast: flag("--sent-last", "if <sent> is a capture file: use the last request", { conflicts: ["sent-id"] }),
    sentEntry: option(
      "--sent-entry <n>",
      "if <sent> is a HAR file or log: use the n-th request, counting from 1",
      wholeNumber(1),
    ),
  },
  examples: [
    "hookproof compare sent.http received.http",
    "hookproof compare sent.har captures.ndjson --sent-entry 3 --last --json",
    "hookproof compare payload.json captures.ndjson --body-only --last",
  ],
  view: ({ comparison, bodyOnly }, paint) => compareView(comparison, bodyOnly, paint),
  json: ({ comparison }) => comparison,
  async run(context, input) {
    const { isRequest } = await import("../../formats/read.ts");
    const [before, after] = [await context.readInput(input.sent), await context.readInput(input.received)];
    const areRequests = { sent: await isRequest(before), received: await isRequest(after) };
    const bodyOnly = input.bodyOnly || (!areRequests.sent && !areRequests.received);
    const side = async (bytes: Buffer, path: string, isComplete: boolean, which: Selector): Promise<WebhookRequest> => {
      if (!bodyOnly && !isComplete) {
        throw new HookproofError("input-malformed", `${path} is not a request, but the other file is`, {
          hint: "add --body-only to compare only the bodies",
        });
      }
      if (!bodyOnly) return requestIn(context, bytes, path, which);
      // Only the body is compared: everything else is set equal.
      const body = isComplete ? (await requestIn(context, bytes, path, which)).body : bytes;
      return { method: "POST", target: "/", headers: [], body };
    };
    const sent = await side(before, input.sent, areRequests.sent, {
      id: input.sentId,
      last: input.sentLast,
      entry: input.sentEntry,
    });
    const received = await side(after, input.received, areRequests.received, {
      id: input.id,
      last: input.last,
      entry: input.entry,
    });
    const comparison = comparedWithoutTokens(sent, received, await context.profiles());
    return { data: { comparison, bodyOnly }, exit: comparison.identical ? Exit.yes : Exit.no };
  },
});

/**
 * Compares two requests with the platforms' tokens masked by asterisks of the same length, or by number signs in the
 * received request if its token differs.
 */
const comparedWithoutTokens = (
  sent: WebhookRequest,
  received: WebhookRequest,
  profiles: readonly Profile[],
): Comparison => {
  const same = new Set<string>();
  const before = tokenMask(profiles, (secret) => {
    same.add(secret);
    return "*".repeat(secret.length);
  });
  const after = tokenMask(profiles, (secret) => (same.has(secret) ? "*" : "#").repeat(secret.length));
  const comparison = compareRequests(
    { ...sent, ...before?.(sent) },
    { ...received, ...after?.(received) },
    differentEvents(sent, received, (one) => detectProfiles(one, profiles)[0]),
  );
  return {
    ...comparison,
    body: { ...comparison.body, sentSha256: sha256(sent.body), receivedSha256: sha256(received.body) },
  };
};

interface Selector {
  readonly id: string | undefined;
  readonly last: boolean;
  readonly entry: number | undefined;
}

const requestIn = async (
  context: Context,
  bytes: Buffer,
  path: string,
  { id, last, entry }: Selector,
): Promise<WebhookRequest> => {
  const { readRequest } = await import("../../formats/read.ts");
  const name = path === "-" ? "standard input" : path;
  const request = await readRequest(bytes, name, {
    warn: context.warn,
    ...(id === undefined ? {} : { id }),
    ...(last ? { last } : {}),
    ...(entry === undefined ? {} : { entry }),
  });
  if (request.lost !== undefined) context.warn(`${name} does not contain the request as it was sent: ${request.lost}`);
  return request;
};
