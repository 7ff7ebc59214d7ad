import type { CachedKeys, KeyCache } from "../storage/key-cache.ts";
import { Secret } from "../values/secret.ts";
import { readKeys } from "./asymmetric-key.ts";
import { keyUrl } from "./key-source.ts";
import type { KeySource } from "./key-source.ts";

/** One GET without credentials, redirects or retries. */
export type FetchDocument = (
  url: URL,
  limits: { readonly timeoutMs: number; readonly maxBytes: number },
) => Promise<FetchedDocument>;

export type FetchedDocument =
  | { readonly status: number; readonly body: Buffer; readonly isCut: boolean }
  | { readonly failure: string };

/** The key that a platform publishes, or why there is none. */
export type PublishedKey =
  | { readonly key: Secret; readonly url: string }
  | { readonly code: "refused" | "offline" | "failed"; readonly reason: string };

export interface KeyFetcher {
  /**
   * @param named the key's URL or id, as named in the request
   * @param kid the key's id within a set, if the signature names one
   * @param now epoch milliseconds
   */
  published(source: KeySource, named: string | undefined, kid: string | undefined, now: number): Promise<PublishedKey>;
}

interface FetcherOptions {
  /** Undefined if nothing may be fetched. */
  readonly fetch: FetchDocument | undefined;
  readonly cache: KeyCache;
}

/** Certificate chains and key sets have a few kilobytes. */
const limits = { timeoutMs: 5000, maxBytes: 128 * 1024 };
/**
 * A cached set may be older than the key asked for, so it is fetched again, but only after this time: requests with
 * invented ids must not cause a fetch each.
 */
const staleSetMs = 5 * 60_000;
const retryAfterMs = 30_000;
/** Certificate URLs come from requests: a flood of requests must not become a flood of fetches. */
const maxPerMinute = 20;

/**
 * Fetches keys that platforms publish, or takes them from the cache if recent enough; one request per URL at a time.
 */
export const keyFetcher = ({ fetch, cache }: FetcherOptions): KeyFetcher => {
  const running = new Map<string, Promise<PublishedKey>>();
  const failed = new Map<string, { readonly at: number; readonly result: PublishedKey }>();
  let recent: number[] = [];

  const fetched = async (url: URL, now: number): Promise<PublishedKey> => {
    if (fetch === undefined)
      return {
        code: "offline",
        reason: `the key at ${url.href} is not in the cache, and --offline forbids fetching it`,
      };
    const before = failed.get(url.href);
    if (before !== undefined && now - before.at < retryAfterMs) return before.result;
    recent = recent.filter((at) => now - at < 60_000);
    if (recent.length >= maxPerMinute)
      return {
        code: "failed",
        reason: `${url.href} was not fetched: at most ${maxPerMinute} keys are fetched per minute`,
      };
    recent.push(now);
    const result = keyIn(url, await fetch(url, limits));
    if ("key" in result) {
      failed.delete(url.href);
      cache.write(url.href, { body: result.key.reveal(), fetchedAt: now });
    } else {
      if (failed.size >= 100) failed.clear();
      failed.set(url.href, { at: now, result });
    }
    return result;
  };

  const once = (url: URL, now: number): Promise<PublishedKey> => {
    const under = running.get(url.href) ?? fetched(url, now).finally(() => running.delete(url.href));
    running.set(url.href, under);
    return under;
  };

  return {
    published: async (source, named, kid, now) => {
      const allowed = keyUrl(source, named);
      if ("refused" in allowed) return { code: "refused", reason: allowed.refused };
      const { url } = allowed;
      const kept = cache.read(url.href, now);
      if (kept === undefined) return once(url, now);
      const cached = { key: keySecret(url, kept.body), url: url.href };
      if (holds(kept, kid) || now - kept.fetchedAt < staleSetMs) return cached;
      const newer = await once(url, now);
      return "key" in newer ? newer : cached;
    },
  };
};

const keySecret = (url: URL, body: Buffer): Secret => new Secret(`key from ${url.href}`, body);

const keyIn = (url: URL, document: FetchedDocument): PublishedKey => {
  const failed = (why: string): PublishedKey => ({
    code: "failed",
    reason: `cannot fetch the key at ${url.href}: ${why}`,
  });
  if ("failure" in document) return failed(document.failure);
  if (document.status !== 200) return failed(`status ${document.status}`);
  if (document.isCut) return failed(`it is larger than ${limits.maxBytes} bytes`);
  const keys = readKeys(document.body);
  return "unusable" in keys ? failed("it contains no key") : { key: keySecret(url, document.body), url: url.href };
};

const holds = ({ body }: CachedKeys, kid: string | undefined): boolean => {
  const keys = readKeys(body);
  return kid === undefined || "unusable" in keys || keys.some((one) => one.kid === undefined || one.kid === kid);
};
