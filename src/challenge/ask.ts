import type { Challenge, Profile } from "../providers/profile.ts";
import { freshText, newEventId } from "../providers/samples.ts";
import { withoutHeaders } from "../request/request.ts";
import type { HeaderPair, WebhookRequest } from "../request/request.ts";
import { buildRequest, endpointUrl } from "../signature/build-request.ts";
import type { Secret } from "../values/secret.ts";
import { filledJson, filledText } from "./template.ts";

interface AskOptions {
  readonly profile: Profile;
  readonly challenge: Challenge;
  /** The value the endpoint must return. */
  readonly value: string;
  readonly url: string;
  /** Signs the challenge, for platforms that sign it. */
  readonly secret?: Secret | undefined;
  readonly scheme?: string | undefined;
  readonly token?: string | undefined;
  readonly extra: readonly HeaderPair[];
  /** Epoch milliseconds. */
  readonly at: number;
  readonly uuid: () => string;
  readonly randomBytes: (size: number) => Buffer;
}

/** Builds a challenge request as the platform sends it to an endpoint. @throws HookproofError as `sign` */
export const challengeRequest = (options: AskOptions): WebhookRequest => {
  const { profile, challenge, value, token, extra, randomBytes } = options;
  const { method, query = [], headers = [], json, signed } = challenge.request;
  const fill = (text: string): string =>
    filledText(freshText(text, randomBytes), { challenge: value, ...(token === undefined ? {} : { token }) });
  const url = endpointUrl(options.url);
  for (const [name, text] of query) url.searchParams.append(name, fill(text));
  const { request } = buildRequest({
    profile,
    scheme: options.scheme,
    secret: signed === true ? (options.secret ?? null) : null,
    body: Buffer.from(json === undefined ? "" : filledJson(json, fill), "utf8"),
    url: url.href,
    method,
    eventId: newEventId(profile, randomBytes),
    eventType: null,
    attempt: 0,
    at: options.at,
    uuid: options.uuid,
    extra: [...headers.map(([name, text]): HeaderPair => [name, fill(text)]), ...extra],
  });
  return json === undefined ? { ...request, headers: withoutHeaders(request.headers, ["content-type"]) } : request;
};
