import { placesOf, valueAt } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { Secret } from "../values/secret.ts";
import type { KeyFetcher } from "./key-fetch.ts";
import { readHeader } from "./layout.ts";
import { layoutOf } from "./mac.ts";
import { tokenItems } from "./token.ts";

/** The keys for one request, and why the key it names is missing. */
export interface RequestKeys {
  readonly keys: readonly Secret[];
  readonly problem: string | undefined;
}

/** Whether a profile has schemes that are verified with keys published by the platform. */
export const hasPublishedKeys = (profile: Profile): boolean =>
  (schemesOf(profile) ?? []).some(({ keys }) => keys !== undefined);

/**
 * Fetches the published keys for the schemes whose signature is in a request.
 * @param now epoch milliseconds
 */
export const publishedKeys = async (
  request: WebhookRequest,
  profile: Profile,
  fetcher: KeyFetcher,
  now: number,
): Promise<RequestKeys> => {
  const keys = new Map<string, Secret>();
  let problem: string | undefined;
  for (const scheme of schemesOf(profile) ?? []) {
    const { keys: source } = scheme;
    const value = placesOf(scheme)
      .map((place) => valueAt(request, place))
      .find((one) => one !== undefined);
    if (source === undefined || value === undefined) continue;
    const kid = kidIn(value, scheme);
    if ("byHand" in source) {
      problem ??= `the key${kid === undefined ? "" : ` '${kid.slice(0, 80)}'`} is not fetched automatically: get it by ${source.byHand}`;
      continue;
    }
    const named = "in" in source ? valueAt(request, source.in) : kid;
    const found = await fetcher.published(source, named, kid, now);
    if ("key" in found) keys.set(found.url, found.key);
    else problem ??= found.reason;
  }
  return { keys: [...keys.values()], problem: keys.size > 0 ? undefined : problem };
};

/** The id of the key that a signature names. */
const kidIn = (value: string, scheme: Scheme): string | undefined => {
  const { pairs, signatures } = readHeader(value, layoutOf(scheme));
  return (scheme.mac.kind === "jws" ? tokenItems(signatures[0] ?? "") : pairs)["kid"];
};
