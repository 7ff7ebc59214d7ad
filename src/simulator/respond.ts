import type { ServerResponse } from "node:http";
import { HookproofError } from "../errors.ts";
import { crossSiteRefusal, missingKeyRefusal } from "../http/control.ts";
import type { Received } from "../http/read-request.ts";
import { findProfile } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { safeJson } from "../values/escape.ts";
import type { RouteResult, SimulatorEvent } from "./events.ts";
import type { Platforms, PlatformOptions } from "./platform.ts";
import { findRoute } from "./routes.ts";

export interface RespondOptions extends Pick<PlatformOptions, "profiles" | "token"> {
  readonly emit: PlatformOptions["emit"];
  /** Host names allowed for the simulator, besides addresses and localhost. */
  readonly names: readonly string[];
}

/** Responds to a request by its route, and reports the call. */
export const respond = async (
  { request, overflow, response }: Received,
  platforms: Platforms,
  options: RespondOptions,
): Promise<SimulatorEvent> => {
  const { profiles, emit } = options;
  const route = findRoute(profiles, request.method, request.target);
  const refusal =
    crossSiteRefusal(request, options.names) ??
    (route === undefined ? missingKeyRefusal(request, options.token) : undefined);
  const result =
    refusal !== undefined
      ? { status: refusal.status, json: { error: refusal.reason }, note: `refused: ${refusal.reason}` }
      : overflow
        ? { status: 413, json: { error: "too large" }, note: "too large" }
        : route === undefined
          ? await simulated(request, platforms, profiles, emit)
          : await platforms.handle(route, request).catch(failed);
  reply(response, result);
  return {
    type: "call",
    method: request.method,
    target: request.target,
    provider: route?.profile.id ?? null,
    route: route?.name ?? null,
    status: result.status,
    note: result.note,
  };
};

/** The simulator's own route: makes a platform send an event. */
const simulated = async (
  request: WebhookRequest,
  platforms: Platforms,
  profiles: readonly Profile[],
  emit: PlatformOptions["emit"],
): Promise<RouteResult> => {
  const [, id, type] = /^\/simulate\/([^/?]+)\/([^?]+)/.exec(request.target) ?? [];
  if (request.method !== "POST" || id === undefined || type === undefined)
    return { status: 404, json: { error: "no such route" }, note: "no such route" };
  try {
    const profile = findProfile(decodeURIComponent(id), profiles);
    const receivers = platforms.receivers(profile, decodeURIComponent(type));
    if (receivers.length === 0) return { status: 409, json: { error: "no subscription" }, note: "no subscription" };
    const eventIds: string[] = [];
    for (const to of receivers) eventIds.push(await emit(profile, decodeURIComponent(type), to));
    return { status: 202, json: { eventId: eventIds[0], eventIds }, note: `queued ${eventIds.join(", ")}` };
  } catch (error) {
    return failed(error);
  }
};

const failed = (error: unknown): RouteResult => ({
  status: error instanceof HookproofError || error instanceof URIError ? 400 : 500,
  json: { error: error instanceof Error ? error.message : String(error) },
  note: error instanceof Error ? error.message : String(error),
});

const reply = (response: ServerResponse, { status, json }: RouteResult): void => {
  const body = json === undefined ? "" : safeJson(json);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
};
