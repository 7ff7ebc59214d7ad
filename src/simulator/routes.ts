import type { ApiEndpoint, Profile } from "../providers/profile.ts";
import { before } from "../values/cut.ts";

/** The route of a platform that matches a request. */
export interface Route {
  readonly profile: Profile;
  /** The endpoint's name in the profile: `test`, `subscriptions-create` … */
  readonly name: string;
  readonly endpoint: ApiEndpoint;
  /** Values of the path's `{…}` places, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** Every route that the profiles document, for display. */
export const routesOf = (profiles: readonly Profile[]): readonly Omit<Route, "params">[] =>
  profiles.flatMap((profile) =>
    Object.entries(profile.endpoints ?? {}).map(([name, endpoint]) => ({ profile, name, endpoint })),
  );

/**
 * The route that matches a request; fixed path parts take precedence over `{…}` places, such as `/api/webhooks` over
 * `/api/webhooks/{source}`.
 */
export const findRoute = (profiles: readonly Profile[], method: string, target: string): Route | undefined => {
  const path = before(target, "?#").split("/");
  for (const route of routesOf(profiles)) {
    if (route.endpoint.method !== method) continue;
    const params = matchPath(route.endpoint.path.split("/"), path);
    if (params !== undefined) return { ...route, params };
  }
  return undefined;
};

const matchPath = (
  pattern: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  if (pattern.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const given = path[at] ?? "";
    const place = /^\{(\w+)\}$/.exec(part)?.[1];
    if (place === undefined ? part !== given : given === "") return undefined;
    if (place === undefined) continue;
    try {
      params[place] = decodeURIComponent(given);
    } catch {
      return undefined;
    }
  }
  return params;
};
