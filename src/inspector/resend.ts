import { timeLimitMs } from "../delivery/policy.ts";
import { HookproofError } from "../errors.ts";
import type { TransportOptions } from "../http/client.ts";
import { createForwarder } from "../listener/forward.ts";
import type { Forwarded } from "../listener/forward.ts";
import type { ForwardEvent } from "../listener/events.ts";
import type { Route } from "../listener/routes.ts";
import { forwardedUrl, isLoopback, resolveTarget } from "../listener/target.ts";
import type { ForwardTarget } from "../listener/target.ts";
import { eventOf } from "../providers/event.ts";
import { signatureValue } from "../providers/place.ts";
import { headersToKeep } from "../replay/request.ts";
import { decodeBytes, encodeBytes, headerValues, originForm, withOwnHeaders } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { buildRequest } from "../signature/build-request.ts";
import { verify } from "../signature/verify.ts";
import { formatSize } from "../values/size.ts";
import { isoInstant } from "../values/instant.ts";
import { candidateOf } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { schemeFor } from "./parts.ts";
import { pathIn, rowVerdict } from "./rows.ts";
import { sameEvent } from "./schedule.ts";
import type { Entry } from "./store.ts";
import type { ResendInput, Resent, Row } from "./types.ts";

type Result = Resent["results"][number];

export interface ResendOptions {
  readonly desk: Desk;
  /** A unique run id, used in the ids of new rows. */
  readonly run: string;
  /** The --forward-to routes; the first match is the default destination. */
  readonly routes: readonly Pick<Route, "target" | "options">[];
  /** The listener's URL, if it is running. */
  readonly listener: () => string | undefined;
  /** Announces a body that is about to arrive at the listener itself. */
  readonly expect: (body: Buffer, id: string) => void;
  /** Whether requests may leave this machine. */
  readonly anywhere: boolean;
  readonly connection: TransportOptions;
  readonly uuid: () => string;
}

const maxResponse = 1024 * 1024;
/** How many requests are sent concurrently. */
const concurrency = 8;

/** Where requests are sent, and how. */
interface ResendTarget {
  readonly target: ForwardTarget;
  readonly options: Pick<Route["options"], "connection" | "headers">;
  readonly isListener: boolean;
}

/** Resends requests unchanged or re-signed. */
export class Resender {
  readonly #options: ResendOptions;
  #count = 0;

  constructor(options: ResendOptions) {
    this.#options = options;
  }

  /** Where requests go unless a URL is given. */
  get defaultTarget(): string | null {
    return this.#options.routes[0]?.target.url ?? this.#options.listener() ?? null;
  }

  /** Whether requests may go to any machine. */
  get canLeave(): boolean {
    return this.#options.anywhere;
  }

  /**
   * Resends requests in the given order.
   * @throws HookproofError `usage`, `input-unreadable`, `backend-unreachable`, before anything is sent
   */
  async resend(input: ResendInput): Promise<Resent> {
    if (input.body !== undefined && input.ids.length > 1)
      throw new HookproofError("usage", "a body can only be set when resending a single request");
    const entries = input.ids.map((id) => {
      const entry = this.#options.desk.store.get(id);
      if (entry === undefined) throw new HookproofError("input-unreadable", `there is no request ${id}`);
      return entry;
    });
    const way = await this.targetFor(input.to);
    const results: Result[] = [];
    for (let at = 0; at < entries.length; at += concurrency)
      results.push(
        ...(await Promise.all(entries.slice(at, at + concurrency).map((one) => this.#one(one, input, way)))),
      );
    return { results };
  }

  /** How to reach a URL, or the default target. @throws HookproofError `usage`, `backend-unreachable` */
  async targetFor(to: string | undefined): Promise<ResendTarget> {
    const { routes, anywhere, connection } = this.#options;
    const wanted = to ?? this.defaultTarget;
    if (wanted === null)
      throw new HookproofError("usage", "no URL to resend to", { hint: "enter a port, localhost:3000/hooks or a URL" });
    const route = routes.find(({ target }) => target.url === wanted);
    if (route !== undefined) return { target: route.target, options: route.options, isListener: false };
    const target = await resolveTarget(wanted, anywhere);
    const isListener = this.#isListener(target);
    // The listener's self-signed certificate is our own, so it isn't verified.
    return { target, options: { connection: isListener ? { ...connection, insecure: true } : connection }, isListener };
  }

  #isListener({ port, addresses, unixSocket }: ForwardTarget): boolean {
    const own = URL.parse(this.#options.listener() ?? "");
    if (unixSocket !== null || !addresses.every(({ address }) => isLoopback(address))) return false;
    return own !== null && Number(own.port || (own.protocol === "https:" ? 443 : 80)) === port;
  }

  async #one(entry: Entry, input: ResendInput, way: ResendTarget): Promise<Result> {
    const { desk, expect } = this.#options;
    const { mask } = desk;
    const failed = (error: string, url = way.target.url): Result => ({
      id: entry.row.id,
      newId: null,
      url: mask.target(url),
      status: null,
      durationMs: null,
      error: mask.text(error),
      changes: [],
    });
    const loaded = await desk.load(entry);
    if (loaded === undefined) return failed("its bytes are gone: the capture file was moved or removed");
    let request: WebhookRequest;
    try {
      request = this.#buildRequest(entry, loaded.request, input, way);
    } catch (error) {
      if (error instanceof HookproofError) return failed(error.message);
      throw error;
    }
    const url = request.url ?? way.target.url;
    const changes = this.#changes(loaded.request, request);
    const planned = { ...failed("", url), error: null, changes };
    if (input.preview === true) return planned;
    if (way.isListener) expect(request.body, entry.row.id);
    const sent = way.isListener ? undefined : this.#newRow(entry, request, input.mode === "re-sign");
    const forwarded = await this.#send(request, entry, way);
    if (sent !== undefined) this.#recordForward(sent, forwarded);
    const { status, durationMs, error } = forwarded;
    return { ...planned, newId: sent?.row.id ?? null, status, durationMs, error: error && mask.text(error.message) };
  }

  /** @throws HookproofError where it cannot be signed */
  #buildRequest(entry: Entry, original: WebhookRequest, input: ResendInput, { target }: ResendTarget): WebhookRequest {
    const url = forwardedUrl(target, original.target);
    const body = input.body === undefined ? original.body : decodeBytes(input.body);
    const own = input.headers ?? [];
    if (input.mode === "as-was") {
      const sent = { ...original, body, url, target: originForm(url) };
      return { ...sent, headers: withOwnHeaders(original.headers, own) };
    }
    const { desk, uuid } = this.#options;
    const { provider } = entry.row;
    const { profile, secrets = [] } = candidateOf(desk, provider) ?? {};
    const [secret] = secrets;
    if (profile === undefined)
      throw new HookproofError("unknown-provider", "its platform is unknown: it can only be resent unchanged");
    if (secret === undefined)
      throw new HookproofError(
        "secret-missing",
        `no secret is known for ${profile.id}: it can only be resent unchanged`,
      );
    const facts = eventOf({ ...original, body }, profile);
    const scheme = schemeFor(profile, original.headers, null);
    const isPresent = scheme !== undefined && signatureValue(original, scheme) !== undefined;
    return buildRequest({
      profile,
      scheme: isPresent ? scheme.name : undefined,
      secret,
      body,
      url,
      method: original.method,
      eventId: facts.id ?? uuid(),
      eventType: facts.type,
      attempt: this.#attemptsBefore(entry),
      at: desk.now(),
      uuid,
      extra: withOwnHeaders(headersToKeep(original.headers, profile), own),
    }).request;
  }

  #attemptsBefore(entry: Entry): number {
    return Math.max(...sameEvent(this.#options.desk, entry).map(({ row }) => row.attempt ?? 1));
  }

  async #send(request: WebhookRequest, { row }: Entry, { target, options }: ResendTarget): Promise<Forwarded> {
    const profile = candidateOf(this.#options.desk, row.provider)?.profile;
    const timeoutMs = profile === undefined ? 30_000 : timeLimitMs(profile.delivery);
    // The request already has its final path.
    const forwarder = createForwarder({ ...target, path: null }, { ...options, timeoutMs, maxResponse });
    try {
      return await forwarder.forward(request);
    } finally {
      await forwarder.close();
    }
  }

  #newRow(entry: Entry, request: WebhookRequest, isResigned: boolean): Entry {
    const { desk, run } = this.#options;
    const { mask, store, now } = desk;
    const { row } = entry;
    const candidate = candidateOf(desk, row.provider);
    const isVerifiable =
      candidate !== undefined && candidate.secrets.length > 0 && !("undocumented" in candidate.profile.schemes);
    const verified = isVerifiable
      ? verify(request, candidate.profile, candidate.secrets, desk.verifyOptions(now()))
      : undefined;
    // For an unchanged request, keep the earlier verdict if the quick verification finds no cause: the search may have
    // found one.
    const verdict =
      verified === undefined || (verified.cause === "unexplained" && !isResigned)
        ? row.verdict
        : rowVerdict(verified, null, mask);
    const target = mask.target(request.target);
    const made: Omit<Row, "number"> = {
      ...row,
      id: `res_${run}_${++this.#count}`,
      at: isoInstant(now()),
      attempt: isResigned ? this.#attemptsBefore(entry) + 1 : row.attempt,
      verdict,
      pending: true,
      kind: null,
      status: null,
      durationMs: null,
      method: request.method,
      target,
      path: pathIn(target),
      bytes: request.body.length,
      resentFrom: row.id,
      source: null,
    };
    return store.add(made, { request });
  }

  #recordForward(entry: Entry, { url, status, durationMs, headers, body, error }: Forwarded): void {
    const event: ForwardEvent = {
      type: "forward",
      requestId: entry.row.id,
      url,
      answers: true,
      status,
      durationMs,
      headers,
      body: encodeBytes(body.subarray(0, maxKept)),
      error,
    };
    entry.forwards.push(event);
    this.#options.desk.store.update(entry, { pending: false, kind: "forwarded", status, durationMs });
  }

  /** What is different in the new request, header by header. */
  #changes(before: WebhookRequest, after: WebhookRequest): Result["changes"] {
    const { mask } = this.#options.desk;
    const changes: { readonly what: string; readonly from: string; readonly to: string }[] = [];
    const note = (what: string, from: string, to: string): void => {
      if (from !== to) changes.push({ what, from, to });
    };
    note("target", mask.target(before.target), mask.target(after.target));
    const names = new Map([...before.headers, ...after.headers].map(([name]) => [name.toLowerCase(), name]));
    for (const [lower, name] of names) {
      if (connectionHeaders.has(lower)) continue;
      const headerText = (request: WebhookRequest): string =>
        headerValues(request.headers, lower)
          .map((value) => mask.header([name, value]).value)
          .join(", ");
      note(name, headerText(before), headerText(after));
    }
    if (!before.body.equals(after.body))
      note("body", formatSize(before.body.length), `${formatSize(after.body.length)}, edited`);
    return changes;
  }
}

/** How many bytes of a response to a resent request are kept. */
const maxKept = 64 * 1024;

const connectionHeaders = new Set(["content-length", "transfer-encoding", "connection", "keep-alive", "expect"]);
