import { bearerOf, isKey } from "../http/control.ts";
import { fieldProblems } from "../providers/fields.ts";
import { findProfile } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import { headerValue, requestUrl } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { verify } from "../signature/verify.ts";
import { Secret } from "../values/secret.ts";
import { pluralize } from "../values/count.ts";
import { isoInstant } from "../values/instant.ts";
import type { RouteResult } from "./events.ts";
import type { Route } from "./routes.ts";

/** A URL that a platform delivers to. */
export interface Subscription {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret: Secret | null;
  readonly createdAt: string;
}

export interface PlatformOptions {
  readonly profiles: readonly Profile[];
  /** The secret of a provider, for signing what it sends and verifying what it receives. */
  readonly secretOf: (profile: Profile) => Promise<Secret | null>;
  /** The private key, for schemes whose signed content includes a secret. */
  readonly key?: Secret | undefined;
  /** Where events without a subscription go. */
  readonly to: string | undefined;
  /**
   * The key required by every route, except those that verify a signature. If absent, the platforms' routes accept any
   * non-empty key, and the simulator's own route needs none.
   */
  readonly token: Secret | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
  readonly secure: boolean;
  /** Queues an event for delivery. @returns its id */
  readonly emit: (profile: Profile, type: string, to: Subscription) => Promise<string>;
}

type Handler = (route: Route, request: WebhookRequest) => RouteResult | Promise<RouteResult>;

/** The platforms' documented routes, with state kept in memory. */
export class Platforms {
  readonly #options: PlatformOptions;
  readonly #subscriptions = new Map<string, Subscription[]>();
  #made = 0;
  readonly #handlers: Readonly<Record<string, Handler>> = {
    test: (route) => this.#test(route),
    "context-store-sync": (route, request) => this.#sync(route, request),
    "subscriptions-list": (route) => this.#list(route),
    "subscriptions-create": (route, request) => this.#create(route, request),
    "subscriptions-delete": (route, request) => this.#delete(route, request),
    incoming: (route, request) => this.#incoming(route, request),
    inbound: (route, request) => this.#inbound(route, request),
  };

  constructor(options: PlatformOptions) {
    this.#options = options;
  }

  /** Handles a request to a platform's route. */
  async handle(route: Route, request: WebhookRequest): Promise<RouteResult> {
    const refused = this.#refused(route, request);
    if (refused !== undefined) return refused;
    const handler = this.#handlers[route.name];
    return handler === undefined
      ? { status: 501, note: "the simulator does not support this route" }
      : handler(route, request);
  }

  /** Who gets an event of a type: the provider's subscriptions, or else the default target. */
  receivers(profile: Profile, type: string): readonly Subscription[] {
    const own = (this.#subscriptions.get(profile.id) ?? []).filter(({ events }) => events.includes(type));
    if (own.length > 0) return own;
    const { to } = this.#options;
    return to === undefined
      ? []
      : [{ id: "default", url: to, events: [type], secret: null, createdAt: isoInstant(this.#options.now()) }];
  }

  #refused({ endpoint }: Route, request: WebhookRequest): RouteResult | undefined {
    if (endpoint.auth === "none") return undefined;
    const value = endpoint.auth === "x-api-key" ? headerValue(request.headers, "x-api-key") : bearerOf(request.headers);
    if (value === undefined || value === "")
      return { status: 401, json: { error: "missing credentials" }, note: "no credentials" };
    const { token } = this.#options;
    if (token === undefined) return undefined;
    return isKey(value, token) ? undefined : { status: 403, json: { error: "forbidden" }, note: "wrong credentials" };
  }

  async #test({ profile, params }: Route): Promise<RouteResult> {
    const [receiver] = this.receivers(profile, "webhook.test");
    if (receiver === undefined)
      return {
        status: 404,
        json: { error: "no such subscription" },
        note: "no target: start the simulator with --to URL",
      };
    const eventId = await this.#options.emit(profile, "webhook.test", receiver);
    return {
      status: 202,
      json: { eventId, handle: params["handle"], subscriptionId: params["subscriptionId"] },
      note: `queued ${eventId}`,
    };
  }

  #sync({ params }: Route, request: WebhookRequest): RouteResult {
    const pat = /^bearer patv1_[^.\s]+\.\S+$/i.test(headerValue(request.headers, "authorization") ?? "");
    if (!pat)
      return {
        status: 403,
        json: { error: "a PAT with mcp.connect and context_store.manage is needed" },
        note: "not a PAT",
      };
    return {
      status: 202,
      json: { status: "queued", sourceId: params["sourceId"] },
      note: `refreshing ${params["sourceId"] ?? ""}`,
    };
  }

  #list({ profile }: Route): RouteResult {
    const subscriptions = this.#subscriptions.get(profile.id) ?? [];
    return {
      status: 200,
      json: subscriptions.map(subscriptionJson),
      note: pluralize(subscriptions.length, "subscription"),
    };
  }

  #create({ profile }: Route, request: WebhookRequest): RouteResult {
    const wanted = objectOf(request.body);
    const { url, events, secret } = wanted ?? {};
    if (typeof url !== "string" || !URL.canParse(url) || new URL(url).protocol !== "https:") {
      return { status: 400, json: { error: "url must be an HTTPS URL" }, note: "not an HTTPS URL" };
    }
    const known = new Set(profile.events.map(({ type }) => type));
    if (
      !Array.isArray(events) ||
      events.length === 0 ||
      !events.every((type) => typeof type === "string" && known.has(type))
    ) {
      return { status: 400, json: { error: "events must name event types" }, note: "unknown event types" };
    }
    const value =
      typeof secret === "string" && secret !== "" ? secret : `apxsec_${this.#options.randomBytes(24).toString("hex")}`;
    const all = this.#subscriptions.get(profile.id) ?? [];
    const subscription: Subscription = {
      id: `wh_${String(++this.#made).padStart(3, "0")}`,
      url,
      events: events.map(String),
      secret: new Secret(`${profile.id} subscription`, value),
      createdAt: isoInstant(this.#options.now()),
    };
    this.#subscriptions.set(profile.id, [...all, subscription]);
    return {
      status: 201,
      json: { ...subscriptionJson(subscription), secret: value },
      note: `created ${subscription.id}`,
    };
  }

  #delete({ profile }: Route, request: WebhookRequest): RouteResult {
    const id = objectOf(request.body)?.["id"];
    const all = this.#subscriptions.get(profile.id) ?? [];
    if (!all.some((one) => one.id === id))
      return { status: 404, json: { error: "no such webhook" }, note: "no such subscription" };
    this.#subscriptions.set(
      profile.id,
      all.filter((one) => one.id !== id),
    );
    return { status: 200, json: { deleted: true }, note: `deleted ${String(id)}` };
  }

  async #incoming({ profile, params }: Route, request: WebhookRequest): Promise<RouteResult> {
    const source = params["source"] ?? "";
    if (profile.incoming?.includes(source) !== true)
      return { status: 404, json: { error: `unknown source ${source}` }, note: "unknown source" };
    return this.#verified(findProfile(source, this.#options.profiles), request);
  }

  /** Accepts inbound leads, checked like AgentFlow does: signature and timestamp first, then the fields. */
  async #inbound({ profile }: Route, request: WebhookRequest): Promise<RouteResult> {
    const checked = await this.#verified(profile, request);
    if (checked.status !== 200) return checked;
    const problems = fieldProblems(profile, request.body).filter(({ need }) => need === "required");
    if (problems.length === 0) return { status: 200, json: { status: "received" }, note: "received" };
    const fields = problems.map(({ path, problem }) => ({ field: path, problem }));
    return {
      status: 422,
      json: { status: "rejected", reason: "validation_failed", fields },
      note: `rejected: ${fields.map(({ field }) => field || "the payload").join(", ")}`,
    };
  }

  async #verified(source: Profile, request: WebhookRequest): Promise<RouteResult> {
    const secret = await this.#options.secretOf(source);
    if (secret === null)
      return {
        status: 503,
        json: { error: `no secret for ${source.id}` },
        note: `no secret for ${source.id}: give one with --secret`,
      };
    const url = requestUrl(request)?.replace(/^https?:/, this.#options.secure ? "https:" : "http:");
    const verdict = verify(request, source, [secret], {
      at: this.#options.now(),
      ...(url === undefined ? {} : { url }),
    });
    if (verdict.valid)
      return { status: 200, json: { received: true, status: "received" }, note: `${source.id}: valid` };
    const reason = verdict.cause === "unexplained" ? "signature-mismatch" : verdict.cause;
    return { status: 401, json: { status: "rejected", reason }, note: `${source.id}: rejected, ${reason ?? ""}` };
  }
}

const subscriptionJson = ({ id, url, events, createdAt }: Subscription) => ({
  id,
  url,
  events,
  status: "active",
  createdAt,
});

const objectOf = (body: Buffer): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
};
