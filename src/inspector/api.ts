import type { Received } from "../http/read-request.ts";
import { HookproofError } from "../errors.ts";
import { compareRequests } from "../compare/compare.ts";
import { detectProfiles } from "../diagnosis/detect.ts";
import { differentEvents } from "../compare/events.ts";
import { stackFixes } from "../diagnosis/fixes.ts";
import { decodeBytes, headerValue } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { isoInstant } from "../values/instant.ts";
import { jsonResponse, refusal } from "./response.ts";
import type { ApiResponse } from "./response.ts";
import { copyForms, copyOf } from "./copies.ts";
import { candidateOf } from "./desk.ts";
import { detailOf } from "./detail.ts";
import { Explanations } from "./explain.ts";
import { parseFilter } from "./filter.ts";
import type { Inspected } from "./inspector.ts";
import { schemeFor, bodyPreview, headerRows } from "./parts.ts";
import { statsOf } from "./stats.ts";
import type { Entry } from "./store.ts";
import type { Stream } from "./stream.ts";
import type { Compared, RequestList, ResponseScript, State } from "./types.ts";
import type * as schemas from "./schema.ts";

const maxRows = 1000;
const usualRows = 200;

/** An API call. */
interface Call {
  readonly request: WebhookRequest;
  readonly query: URLSearchParams;
  /** The path segments matched by `*`. */
  readonly params: readonly string[];
}

type Handle = (call: Call) => ApiResponse | Promise<ApiResponse>;

interface Route {
  readonly method: string;
  readonly path: readonly string[];
  readonly handle: Handle;
}

/** The routes below `/api/`, except the session and the stream. */
export class Api {
  readonly #inspected: Inspected;
  readonly #stream: Stream;
  readonly #schemas: typeof schemas;
  readonly #explanations: Explanations;
  readonly #startedAt: string;
  readonly #routes: readonly Route[];

  constructor(inspected: Inspected, stream: Stream, schemaModule: typeof schemas) {
    this.#inspected = inspected;
    this.#stream = stream;
    this.#schemas = schemaModule;
    this.#explanations = new Explanations(inspected.desk);
    this.#startedAt = isoInstant(inspected.desk.now());
    this.#routes = [
      route("GET", "state", () => jsonResponse(this.#state())),
      route("GET", "requests", ({ query }) => jsonResponse(this.#requests(query))),
      route("POST", "requests/resend", async ({ request }) =>
        jsonResponse(await inspected.resender.resend(this.#input(request, this.#schemas.resendInput))),
      ),
      route("GET", "requests/*", async ({ params }) =>
        jsonResponse(await detailOf(inspected.desk, this.#explanations, this.#entry(params))),
      ),
      route("GET", "requests/*/body", (call) => this.#body(call)),
      route("GET", "requests/*/as/*", (call) => this.#copy(call)),
      route("POST", "requests/*/fixture", (call) => this.#fixture(call)),
      route("POST", "requests/*/evidence", (call) => this.#evidence(call)),
      route("POST", "compare", (call) => this.#compare(call)),
      route("GET", "stats", ({ query }) => jsonResponse(this.#stats(query))),
      route("PUT", "responses", ({ request }) =>
        jsonResponse(this.#respondWith(this.#input(request, this.#schemas.responsesInput).script)),
      ),
      route("DELETE", "responses", () => jsonResponse(this.#respondWith(undefined))),
      route("GET", "dlq", async () => jsonResponse(await inspected.deadLetters.list())),
      route("POST", "dlq/put", (call) => this.#deadLetter(call)),
      route("POST", "dlq/replay", async ({ request }) =>
        jsonResponse(await inspected.deadLetters.replay(this.#input(request, this.#schemas.replayInput))),
      ),
    ];
  }

  /**
   * Searches for the causes of stored failures when inspecting a file or queue; in `listen` mode, the listener does
   * this itself.
   */
  async explainStored(): Promise<void> {
    if (this.#inspected.mode !== "listen") await this.#explanations.ofStored(() => this.#stream.isStopped);
  }

  /**
   * Answers a call.
   * @param path below `/api/`
   * @throws HookproofError
   */
  async handle({ request }: Pick<Received, "request">, path: string, query: URLSearchParams): Promise<ApiResponse> {
    const parts = path.split("/");
    const there = this.#routes.flatMap((one) => {
      const params = matched(one.path, parts);
      return params === undefined ? [] : [{ ...one, params }];
    });
    const found = there.find(({ method }) => method === request.method);
    if (found !== undefined) return found.handle({ request, query, params: found.params });
    return there.length === 0
      ? refusal(404, "not-found", "there is no such route")
      : {
          ...refusal(405, "method", "method not allowed"),
          headers: { allow: there.map(({ method }) => method).join(", ") },
        };
  }

  /** The JSON body of a call, checked against a schema. @throws HookproofError `usage` */
  #input<T>(request: WebhookRequest, schema: { readonly safeParse: (value: unknown) => Parsed<T> }): T {
    let value: unknown;
    try {
      value = JSON.parse(request.body.toString("utf8"));
    } catch {
      throw new HookproofError("usage", "the request body is not JSON");
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const place = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
    throw new HookproofError("usage", `the request body is not as documented: ${issue?.message ?? "?"}${place}`);
  }

  #state(): State {
    const { desk, resender, deadLetters: _, responses, ...inspected } = this.#inspected;
    const { store, candidates } = desk;
    const isOpen = !this.#stream.isStopped;
    return {
      mode: inspected.mode,
      version: inspected.version,
      run: inspected.run,
      startedAt: this.#startedAt,
      lastId: this.#stream.lastId,
      stopped: !isOpen,
      listening: inspected.listening(),
      sources: inspected.sources(),
      targets: inspected.targets,
      providers: candidates.map(({ profile, secrets }) => ({
        id: profile.id,
        name: profile.name,
        secrets: secrets.map(({ label }) => label),
      })),
      stacks: stackFixes.map(({ stack }) => stack),
      responses: responses === undefined ? null : this.#script(),
      resendTo: resender.defaultTarget,
      canForwardAnywhere: resender.canLeave,
      can: {
        resend: true,
        respond: responses !== undefined,
        deadLetter: inspected.canDeadLetter,
        replay: true,
        fixture: true,
        evidence: inspected.evidence !== undefined,
      },
      start: inspected.start(),
      held: store.entries.length,
      forgotten: store.forgotten,
    };
  }

  #requests(query: URLSearchParams): RequestList {
    const { store } = this.#inspected.desk;
    const filter = query.get("filter") ?? "";
    const fits = parseFilter(filter);
    const limit = Math.min(numberOf(query, "limit") ?? usualRows, maxRows);
    const after = numberOf(query, "after") ?? 0;
    const before = numberOf(query, "before") ?? Number.POSITIVE_INFINITY;
    // Without a filter, don't test every row: a page that opens reads up to 100,000 requests in steps.
    const matching = filter === "" ? store.entries : store.entries.filter(({ row }) => fits(row));
    const rows = matching.filter(({ row }) => row.number > after && row.number < before);
    return {
      rows: rows
        .slice(Math.max(0, rows.length - limit))
        .toReversed()
        .map(({ row }) => row),
      matched: matching.length,
      held: store.entries.length,
      lastId: this.#stream.lastId,
    };
  }

  /** @throws HookproofError `input-unreadable` */
  #entry([id = ""]: readonly string[]): Entry {
    const entry = this.#inspected.desk.store.get(id);
    if (entry !== undefined) return entry;
    throw new HookproofError("input-unreadable", "there is no such request", {
      hint: "it was dropped from the list, or belongs to another run",
    });
  }

  /** @throws HookproofError `input-unreadable` where its bytes are gone */
  async #loaded(entry: Entry): Promise<WebhookRequest> {
    const loaded = await this.#inspected.desk.load(entry);
    if (loaded !== undefined) return loaded.request;
    throw new HookproofError("input-unreadable", "the request's bytes are gone: the capture was moved or removed");
  }

  async #body({ params, query }: Call): Promise<ApiResponse> {
    const entry = this.#entry(params);
    const body = this.#inspected.desk.mask.bytes((await this.#loaded(entry)).body);
    const from = Math.min(numberOf(query, "from") ?? 0, body.length);
    const to = Math.max(from, Math.min(numberOf(query, "to") ?? body.length, body.length));
    return {
      status: 200,
      headers: download(`${entry.row.id}.bin`, "application/octet-stream"),
      body: body.subarray(from, to),
    };
  }

  async #copy({ params }: Call): Promise<ApiResponse> {
    const entry = this.#entry(params);
    const form = copyForms.find((one) => one === params[1]);
    if (form === undefined)
      throw new HookproofError(
        "input-unreadable",
        `unknown format; a request can be copied as ${copyForms.join(", ")}`,
      );
    const { desk, version } = this.#inspected;
    const request = desk.mask.request(await this.#loaded(entry));
    const body = copyOf(form, { ...request, ...urlOf(request, this.#inspected) }, entry.row, version);
    const type =
      form === "har" ? "application/json" : form === "raw" ? "application/octet-stream" : "text/plain; charset=utf-8";
    return { status: 200, headers: { "content-type": type }, body };
  }

  async #fixture({ params }: Call): Promise<ApiResponse> {
    const entry = this.#entry(params);
    const { desk, version, writeNew } = this.#inspected;
    const request = desk.mask.request(await this.#loaded(entry));
    const name = `${fileName(entry.row.eventType ?? "request")}-${fileName(entry.row.id)}.http`;
    const file = await writeNew(name, copyOf("raw", request, entry.row, version));
    return jsonResponse({ files: [file], text: `Saved as ${file}. Check it again with: hookproof verify ${name}` });
  }

  async #evidence({ params }: Call): Promise<ApiResponse> {
    const { evidence } = this.#inspected;
    const { row } = this.#entry(params);
    if (evidence === undefined)
      throw new HookproofError("unsupported", "this run cannot start an evidence bundle", {
        hint: "run hookproof evidence with --from and the capture file",
      });
    if (row.eventId === null || row.provider === null)
      throw new HookproofError(
        "unsupported",
        "an evidence bundle is about one event, and this request has no event id",
      );
    return jsonResponse(await evidence(row));
  }

  async #compare({ request }: Call): Promise<ApiResponse> {
    const input = this.#input(request, this.#schemas.compareInput);
    const a = this.#entry([input.a]);
    const first = await this.#loaded(a);
    if ((input.b === undefined) === (input.pasted === undefined))
      throw new HookproofError("usage", "give either another request's id or a pasted body");
    if (input.b !== undefined) {
      const b = this.#entry([input.b]);
      const second = await this.#loaded(b);
      return jsonResponse(this.#compared(a, first, b.row.id, second));
    }
    const body = input.pasted === undefined ? Buffer.alloc(0) : decodeBytes(input.pasted);
    return jsonResponse(this.#compared(a, first, "pasted body", { ...first, body }));
  }

  #compared({ row }: Entry, a: WebhookRequest, label: string, b: WebhookRequest): Compared {
    const { desk } = this.#inspected;
    const profile = candidateOf(desk, row.provider)?.profile;
    const side = (name: string, one: WebhookRequest): Compared["a"] => {
      const scheme = profile === undefined ? undefined : schemeFor(profile, one.headers, null);
      return {
        label: name,
        headers: headerRows(one.headers, scheme, desk.mask),
        body: bodyPreview(one.body, one.headers, desk.mask),
      };
    };
    return {
      a: side(row.id, a),
      b: side(label, b),
      comparison: compareRequests(
        desk.mask.request(a),
        desk.mask.request(b),
        differentEvents(a, b, (one) => detectProfiles(one, desk.profiles)[0]),
      ),
    };
  }

  #stats(query: URLSearchParams): ReturnType<typeof statsOf> {
    const fits = parseFilter(query.get("filter") ?? "");
    const rows = this.#inspected.desk.store.entries.flatMap(({ row }) => (fits(row) ? [row] : []));
    return statsOf(rows, numberOf(query, "bucket"));
  }

  #script(): ResponseScript {
    const { responses } = this.#inspected;
    if (responses === undefined) throw new HookproofError("unsupported", "this session does not respond to requests");
    return { script: responses.current(), original: responses.original, applies: responses.applies };
  }

  /** @param script undefined restores the command line's script */
  #respondWith(script: string | undefined): ResponseScript {
    const { responses } = this.#inspected;
    responses?.set(script ?? responses.original);
    const now = this.#script();
    this.#stream.announce("response-script", now);
    return now;
  }

  async #deadLetter({ request }: Call): Promise<ApiResponse> {
    const { ids } = this.#input(request, this.#schemas.deadLetterInput);
    if (!this.#inspected.canDeadLetter)
      throw new HookproofError("unsupported", "these requests are already in the queue");
    return jsonResponse(await this.#inspected.deadLetters.put(ids));
  }
}

/**
 * The URL that a request was sent to if its Host header is the listener's own, in which case no proxy changed the
 * scheme.
 */
const urlOf = ({ url, headers, target }: WebhookRequest, { listening }: Inspected): { readonly url?: string } => {
  const own = URL.parse(listening()?.url ?? "");
  const host = headerValue(headers, "host");
  return url === undefined && own !== null && host === own.host ? { url: `${own.origin}${target}` } : {};
};

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | {
      readonly success: false;
      readonly error: {
        readonly issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[];
      };
    };

const route = (method: string, path: string, handle: Handle): Route => ({ method, path: path.split("/"), handle });

/** The decoded segments matched by `*`; undefined if the path doesn't match. */
const matched = (pattern: readonly string[], path: readonly string[]): readonly string[] | undefined => {
  if (pattern.length !== path.length) return undefined;
  const params: string[] = [];
  for (const [at, part] of pattern.entries()) {
    const given = path[at] ?? "";
    if (part === "*" && given !== "") params.push(decoded(given));
    else if (part !== given) return undefined;
  }
  return params;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const numberOf = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name) ?? "";
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
};

const download = (name: string, type: string): Readonly<Record<string, string>> => ({
  "content-type": type,
  "content-disposition": `attachment; filename="${fileName(name)}"`,
});

/** A safe file name: the text comes from the request, so only letters, digits and dashes are kept. */
const fileName = (text: string): string =>
  text
    .replace(/[^\w.-]+/g, "_")
    .replace(/^\.+/, "")
    .slice(0, 80) || "request";
