import { classify } from "../delivery/policy.ts";
import type { Sender } from "../delivery/types.ts";
import type { Attempt } from "../request/attempt.ts";
import type { Dlq, DlqEntry } from "../dlq/dlq.ts";
import { checkCapture, isCaptureRecord } from "../formats/capture-read.ts";
import { captureRecord, requestOf } from "../formats/capture.ts";
import type { CaptureRecord } from "../formats/capture.ts";
import type { HarResponse } from "../formats/har-write.ts";
import { linesOf } from "../storage/lines.ts";
import { eventOf } from "../providers/event.ts";
import { signatureValue } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile } from "../providers/profile.ts";
import { detectProfiles } from "../diagnosis/detect.ts";
import { requestUrl } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { mergeAttempts } from "./attempts.ts";
import { harOf, readExchanges } from "./har-source.ts";
import { responseLineSchema, changeSchema, deliverySchema } from "./source-lines.ts";
import type { DeliveryLine } from "./source-lines.ts";
import type { Gathered, OtherFailure, SeenAttempt, SeenRequest, SourceKind } from "./types.ts";
import { pluralize } from "../values/count.ts";

/** A capture file, delivery log or file DLQ, with one JSON object per line. */
export interface SourceFile {
  /** Its base name, for display. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** Collects everything that files and queues know about one event. Lines it cannot read become problems, not errors. */
export const gather = async (
  eventId: string,
  profile: Profile,
  files: readonly SourceFile[],
  queues: readonly Dlq[],
  profiles: readonly Profile[],
): Promise<Gathered> => {
  const found = new Finder(eventId, profile, profiles);
  for (const file of files) found.readFile(file);
  for (const queue of queues) await found.readQueue(queue);
  return found.result();
};

const isSigned = (request: WebhookRequest, profile: Profile): boolean =>
  schemesOf(profile)?.some((scheme) => signatureValue(request, scheme) !== undefined) ?? false;

const deliveringMethods: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/**
 * Whether a request demonstrably comes from the platform: carries its signature, was attributed to it by a listener, or
 * the platform doesn't sign.
 */
const isDelivery = (record: CaptureRecord, request: WebhookRequest, profile: Profile): boolean =>
  record.provider === profile.id || schemesOf(profile) === undefined || isSigned(request, profile);

class Finder {
  readonly #eventId: string;
  readonly #profile: Profile;
  readonly #profiles: readonly Profile[];
  readonly #kinds = new Set<SourceKind>();
  readonly #records: SeenRequest[] = [];
  readonly #responses = new Map<string, HarResponse>();
  readonly #attempts: SeenAttempt[] = [];
  readonly #failures: OtherFailure[] = [];
  readonly #unrecorded = new Set<string>();
  readonly #looked: string[] = [];
  readonly #problems: string[] = [];
  readonly #entries = new Set<string>();
  #eventType: string | null = null;
  #madeBy: Gathered["madeBy"] = null;
  #url: string | null = null;
  #urlSource: string | null = null;

  constructor(eventId: string, profile: Profile, profiles: readonly Profile[]) {
    this.#eventId = eventId;
    this.#profile = profile;
    this.#profiles = profiles;
  }

  readFile({ name, bytes }: SourceFile): void {
    const har = harOf(bytes);
    if (har !== undefined) return this.#readHar(har, name);
    const seen: CaptureRecord[] = [];
    let lines = 0;
    for (const { bytes: line, number, torn } of linesOf(bytes)) {
      lines++;
      const where = `${name} line ${number}`;
      let value: unknown;
      try {
        value = JSON.parse(line.toString("utf8"));
      } catch {
        this.#problems.push(torn ? `${where} is cut off and was skipped` : `${where} is not JSON and was skipped`);
        continue;
      }
      const delivery = deliverySchema.safeParse(value);
      const change = changeSchema.safeParse(value);
      if (change.success && !delivery.success) {
        if (this.#entries.has(change.data.id)) this.#addAttempts(change.data.attempts, name);
      } else if (delivery.success) {
        this.#kinds.add(delivery.data.id === undefined ? "deliveries" : "queue");
        this.#delivery(delivery.data, name);
      } else {
        try {
          const parsed = checkCapture(value, where);
          this.#kinds.add("captures");
          if (isCaptureRecord(parsed)) seen.push(parsed);
          else this.#response(value);
        } catch {
          this.#problems.push(`${where} is neither a capture nor a delivery and was skipped`);
        }
      }
    }
    for (const record of seen) this.#capture(record, name);
    this.#looked.push(`${name}: ${pluralize(lines, "line")} read`);
  }

  #readHar(har: unknown, name: string): void {
    this.#kinds.add("HAR");
    const exchanges = readExchanges(har, name, (problem) => this.#problems.push(problem));
    for (const { record, response } of exchanges) {
      if (response !== null) this.#responses.set(record.id, response);
      // A GET with the event's id, such as a page view, isn't a delivery.
      if (deliveringMethods.has(record.method)) this.#capture(record, name, true);
    }
    this.#looked.push(`${name}: ${pluralize(exchanges.length, "HAR entry", "HAR entries")} read`);
  }

  async readQueue(queue: Dlq): Promise<void> {
    // Drop the user: support doesn't need it, and USER@HOST would be mistaken for an e-mail address.
    const name = queue.name.replace(/(?<=:\/\/)[^/@]{0,400}@/, "");
    let entries = 0;
    this.#kinds.add("queue");
    for await (const entry of queue.entries({})) {
      entries++;
      const { eventId, eventType, by, attempts, request } = entry;
      if (!this.#isOurs(entry.provider, request)) continue;
      if ((eventId ?? eventOf(request, this.#profile).id) === this.#eventId) this.#entry(entry, name);
      else if (eventId !== null && eventType !== null && by === undefined)
        this.#failures.push({ eventType, status: attempts.at(-1)?.status ?? null });
    }
    this.#looked.push(`${name}: ${pluralize(entries, "entry", "entries")} read`);
    for (const problem of queue.problems) this.#problems.push(problem.replace(queue.name, name));
  }

  result(): Gathered {
    return {
      records: this.#records.toSorted((a, b) => Date.parse(a.record.receivedAt) - Date.parse(b.record.receivedAt)),
      responses: this.#responses,
      attempts: mergeAttempts(this.#attempts),
      eventType: this.#eventType,
      madeBy: this.#madeBy,
      url: this.#url,
      urlSource: this.#urlSource,
      failures: this.#failures,
      unrecorded: [...this.#unrecorded],
      kinds: [...this.#kinds],
      looked: this.#looked,
      problems: this.#problems,
    };
  }

  /**
   * Whether a request is this platform's delivery, judged by its signature header, or else by the recorded provider.
   */
  #isOurs(provider: string | null | undefined, request: WebhookRequest | undefined): boolean {
    const { id } = this.#profile;
    const signers = request === undefined ? [] : detectProfiles(request, this.#profiles).map((one) => one.id);
    if (signers.length > 0) return signers.includes(id);
    return provider === null || provider === undefined || provider === id;
  }

  /** Notes that the event's id occurs in another platform's delivery: the given provider may be wrong. */
  #foreign(request: WebhookRequest, source: string): void {
    const [signer] = detectProfiles(request, this.#profiles);
    this.#problems.push(
      `${source} has ${this.#eventId} in a delivery of ${signer?.name ?? "another platform"}, which was skipped (-p)`,
    );
  }

  /** @param sent whether the source is the sender, not the receiver */
  #capture(record: CaptureRecord, source: string, sent = false): void {
    const request = requestOf(record);
    const event = eventOf(request, this.#profile);
    if (!this.#isOurs(record.provider, request)) {
      if (event.id === this.#eventId) this.#foreign(request, source);
      return;
    }
    const response = this.#responses.get(record.id);
    const failed = response !== undefined && (response.status < 200 || response.status > 299);
    const type = record.eventType ?? event.type;
    if ((record.eventId ?? event.id) !== this.#eventId && event.id !== this.#eventId) {
      // Other failed requests on this host count as deliveries only if they identify their platform.
      if (failed && type !== null && isDelivery(record, request, this.#profile))
        this.#failures.push({ eventType: type, status: response.status });
      return;
    }
    this.#records.push({ record, source, sent, bare: false });
    this.#eventType ??= type;
    const number = record.attempt?.claimed ?? event.attempt ?? record.attempt?.counted ?? null;
    const at = Date.parse(record.receivedAt);
    const verdict =
      response === undefined
        ? undefined
        : classify(
            this.#profile,
            { status: response.status, error: null, headers: response.headers ?? [] },
            this.#tryIndex(number),
            at,
          );
    this.#attempts.push({
      at,
      number,
      status: response?.status ?? null,
      outcome: verdict?.outcome ?? null,
      reason: verdict?.reason ?? null,
      durationMs: response?.durationMs ?? null,
      nextDelayMs: verdict?.nextDelayMs ?? null,
      error: null,
      sources: [source],
      basis: "record",
    });
  }

  #tryIndex(number: number | null): number {
    return Math.max(0, (number ?? 1) - (this.#profile.attempt?.first ?? 1));
  }

  #response(value: unknown): void {
    const line = responseLineSchema.safeParse(value);
    if (!line.success || line.data.status === null) return;
    const { requestId, status, durationMs, headers, body } = line.data;
    const existing = this.#responses.get(requestId);
    this.#responses.set(requestId, {
      ...existing,
      status,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    });
  }

  #delivery(delivery: DeliveryLine, source: string): void {
    const type = delivery.eventType ?? null;
    const last = delivery.attempts.at(-1);
    if (!this.#isOurs(delivery.provider, undefined)) return;
    // A DLQ entry without attempts still failed, or it wouldn't be there.
    const isUnrecorded = last === undefined && delivery.id !== undefined;
    if (delivery.eventId !== this.#eventId) {
      if (
        type !== null &&
        delivery.by === undefined &&
        (isUnrecorded || (last !== undefined && last.outcome !== "delivered"))
      )
        this.#failures.push({ eventType: type, status: last?.status ?? null });
      return;
    }
    if (delivery.id !== undefined) this.#entries.add(delivery.id);
    this.#found(type, delivery.url ?? null, source, delivery.by);
    if (isUnrecorded) this.#deadLetter(type, source);
    this.#addAttempts(delivery.attempts, source);
    if (delivery.request !== undefined) {
      const { body, ...rest } = delivery.request;
      this.#sent({ ...rest, body: Buffer.from(body.data, body.encoding) }, delivery.id, last?.startedAt, last, source);
    }
  }

  #entry(entry: DlqEntry, source: string): void {
    this.#found(entry.eventType, entry.url, source, entry.by);
    this.#addAttempts(entry.attempts, source);
    const last = entry.attempts.at(-1);
    if (last === undefined) this.#deadLetter(entry.eventType, source);
    this.#sent(entry.request, entry.id, last?.startedAt ?? new Date(entry.failedAt).toISOString(), last, source);
  }

  /** Notes that the event is a dead letter whose failure wasn't recorded. */
  #deadLetter(type: string | null, source: string): void {
    this.#unrecorded.add(source);
    if (type !== null) this.#failures.push({ eventType: type, status: null });
  }

  #found(type: string | null, url: string | null, source: string, by: Sender | undefined): void {
    if (by !== undefined) this.#madeBy ??= { command: by, source };
    this.#eventType ??= type;
    if (url !== null && this.#url === null) [this.#url, this.#urlSource] = [url, source];
  }

  /** Uses the sent request if no listener received it. */
  #sent(
    request: WebhookRequest,
    id: string | undefined,
    at: string | undefined,
    last: Pick<Attempt, "status"> | undefined,
    source: string,
  ): void {
    const record = captureRecord(
      request,
      { id: id ?? "sent", eventId: this.#eventId, eventType: this.#eventType },
      at === undefined ? request.receivedAt : Date.parse(at),
    );
    const url = requestUrl(request);
    this.#records.push({
      record: url === undefined ? record : { ...record, url },
      source,
      sent: true,
      bare: last === undefined && !isSigned(request, this.#profile),
    });
    if (last !== undefined && last.status !== null) this.#responses.set(record.id, { status: last.status });
  }

  #addAttempts(
    attempts: readonly Pick<
      Attempt,
      "number" | "startedAt" | "durationMs" | "status" | "outcome" | "reason" | "nextDelayMs"
    >[] &
      readonly {
        readonly error: { readonly kind: string; readonly code: string | null; readonly message: string } | null;
      }[],
    source: string,
  ): void {
    for (const { number, startedAt, durationMs, status, outcome, reason, nextDelayMs, error } of attempts) {
      const at = Date.parse(startedAt);
      if (Number.isNaN(at)) continue;
      this.#attempts.push({
        at,
        number,
        status,
        outcome,
        reason,
        durationMs,
        nextDelayMs,
        error: error === null ? null : { kind: error.kind, code: error.code, message: error.message },
        sources: [source],
        basis: "record",
      });
    }
  }
}
