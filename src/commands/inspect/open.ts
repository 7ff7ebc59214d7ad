import { basename } from "node:path";
import type { Dlq } from "../../dlq/dlq.ts";
import { DeadLetters } from "../../inspector/dead-letters.ts";
import type { Desk } from "../../inspector/desk.ts";
import { Resender } from "../../inspector/resend.ts";
import { recordedVerdict, rowOf } from "../../inspector/rows.ts";
import { Store } from "../../inspector/store.ts";
import { inspector, verifyOptions } from "../../listener/inspect.ts";
import type { InspectOptions } from "../../listener/inspect.ts";
import { requestEvent } from "../../listener/request-event.ts";
import type { WebhookRequest } from "../../request/request.ts";
import type { Context } from "../../cli/context.ts";
import { version } from "../../cli/version.ts";
import { candidatesFor } from "../listen/options.ts";
import { newFile, serve, startEvidence } from "../shared/inspector.ts";
import { deskFor } from "../shared/inspector-desk.ts";
import { networkFor } from "../shared/network.ts";
import { openExisting, openQueue } from "../shared/open-queue.ts";
import type { InspectInput } from "./command.ts";
import type { InspectEvent } from "./view.ts";
import { storedIn } from "./sources.ts";
import type { StoredExchange } from "./sources.ts";

interface Inspection {
  readonly url: string;
  readonly sources: InspectEvent["sources"];
  readonly stop: () => Promise<void>;
}

/** Reads the given files or queue and serves the inspector. @throws HookproofError */
export const openInspection = async (context: Context, input: InspectInput): Promise<Inspection> => {
  const { auto, candidates } = await candidatesFor(context, input);
  const inspect: InspectOptions = {
    auto,
    candidates,
    secure: false,
    ...(input.tolerance === undefined ? {} : { toleranceMs: input.tolerance }),
    ...(input.scheme === undefined ? {} : { scheme: input.scheme }),
  };
  const shared = await deskFor(context, candidates);
  // No limit here: the limits on input files have already been applied.
  const store = new Store({ kept: Number.POSITIVE_INFINITY });
  const reading = { context, store, look: inspector(inspect), mask: shared.mask };
  const queue = input.dlq === undefined ? undefined : await openExisting(context, input);
  const sources = queue === undefined ? await readFiles(reading, input.files) : [await readQueue(reading, queue)];
  const desk: Desk = {
    ...shared,
    store,
    load: async ({ origin }) => {
      if (origin === undefined || "place" in origin) return undefined;
      if ("request" in origin) return { request: origin.request, remote: null, flags: [], overflow: false };
      const entry = await queue?.get(origin.entry);
      return entry && { request: entry.request, remote: null, flags: [], overflow: false, attempts: entry.attempts };
    },
    loadForward: async (forward) => ("offset" in forward ? undefined : forward),
    verifyOptions: (receivedAt) => verifyOptions(inspect, receivedAt),
  };
  const run = context.randomBytes(4).toString("hex");
  const connection = { ...(await networkFor(context, input)), insecure: input.insecure };
  const resender = new Resender({
    desk,
    run,
    routes: [],
    listener: () => undefined,
    expect: () => undefined,
    anywhere: input.forwardAnywhere,
    connection,
    uuid: context.uuid,
  });
  const deadLetters = new DeadLetters({
    desk,
    open: async () => queue ?? openQueue(context, { dlq: undefined }),
    resender,
    connection,
    clock: context.clock,
    signal: context.signal,
  });
  const serving = await serve(context, input, {
    desk,
    mode: queue === undefined ? "files" : "queue",
    version,
    run,
    listening: () => null,
    sources: () => sources,
    targets: [],
    start: () => [],
    resender,
    deadLetters,
    canDeadLetter: queue === undefined,
    writeNew: newFile(context),
    evidence: startEvidence(
      context,
      { secret: input.secret, publicKey: [], offline: true },
      input.dlq === undefined ? input.files : [input.dlq],
    ),
  });
  return {
    url: serving.url,
    sources,
    stop: async () => {
      await serving.stop("hookproof inspect was stopped");
      await shared.explainer.close();
      await queue?.close();
    },
  };
};

interface Reading {
  readonly context: Context;
  readonly store: Store;
  readonly look: ReturnType<typeof inspector>;
  readonly mask: Desk["mask"];
}

const readFiles = async (reading: Reading, files: readonly string[]): Promise<InspectEvent["sources"]> => {
  const sources: { readonly name: string; readonly requests: number }[] = [];
  for (const path of files) {
    const name = path === "-" ? "standard input" : basename(path);
    const all = await storedIn(reading.context, path);
    for (const one of all) addStored(reading, one, name);
    sources.push({ name, requests: all.length });
  }
  return sources;
};

const addStored = (reading: Reading, stored: StoredExchange, source: string): void => {
  const { store } = reading;
  const row = lookedAt(reading, stored.request, stored.id, source);
  const isKnown = store.get(row.id) !== undefined;
  const { recorded, response } = stored;
  const isUnverified = row.verdict.state === "unknown" || row.verdict.cause === "unexplained";
  const entry = store.add(
    {
      ...row,
      // Several of the files may contain the same request.
      id: isKnown ? `${row.id}~${store.sequence + 1}` : row.id,
      verdict: recorded !== undefined && isUnverified ? recordedVerdict(recorded.valid, recorded.cause) : row.verdict,
      ...(response === null ? {} : { kind: response.kind, status: response.status, durationMs: response.durationMs }),
    },
    { request: stored.request },
  );
  entry.sent = response?.sent ?? true;
  entry.forwards.push(...stored.forwards);
};

const readQueue = async (reading: Reading, queue: Dlq): Promise<InspectEvent["sources"][number]> => {
  const { context, store } = reading;
  if (queue.listNote !== null) context.note(queue.listNote);
  let requests = 0;
  for await (const { id, request, attempts, failedAt } of queue.entries({})) {
    requests++;
    const last = attempts.at(-1);
    const row = lookedAt(reading, { ...request, receivedAt: request.receivedAt ?? failedAt }, id, queue.name);
    store.add(
      {
        ...row,
        attempt: attempts.length === 0 ? row.attempt : attempts.length,
        ...(last === undefined ? {} : { kind: "status", status: last.status, durationMs: last.durationMs }),
      },
      { entry: id },
    );
  }
  for (const problem of queue.problems) context.warn(problem);
  return { name: queue.name, requests };
};

const lookedAt = (
  { context, look, mask }: Reading,
  request: WebhookRequest,
  id: string,
  source: string,
): Parameters<Store["add"]>[0] => {
  const incoming = { request, overflow: false, receivedAt: request.receivedAt ?? context.now(), remote: "" };
  const event = requestEvent(id, 0, incoming, look(incoming, true), { onPath: true, probe: false, challenge: null });
  return { ...rowOf(event, request.body.length, mask), pending: false, source };
};
