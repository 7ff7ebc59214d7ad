import * as z from "zod";
import type { HeaderPair, WebhookRequest } from "../../request/request.ts";
import { isToken } from "../../request/token.ts";
import { requestIn } from "../../formats/json-request.ts";
import type { jsonRequests } from "../../formats/json-request.ts";
import { nodeAt } from "../../values/json-text.ts";
import { atOf, bytesOf, instantOf } from "./envelope.ts";
import type { Envelope, Opened, Unopened } from "./envelope.ts";

const headersSchema = z.union([
  z.array(z.tuple([z.string(), z.string()])),
  z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
]);

const pairsOf = (headers: z.output<typeof headersSchema>): readonly HeaderPair[] =>
  Array.isArray(headers)
    ? headers
    : Object.entries(headers).flatMap(([name, one]) =>
        (Array.isArray(one) ? one : [String(one)]).map((item): HeaderPair => [name, item]),
      );

/** Adds a request if method and target are valid in HTTP; otherwise returns the message unchanged. */
const requestOf = (method: string | undefined, url: string | undefined, opened: Opened): Opened => {
  const target = url === undefined ? undefined : (/^https?:\/\/[^/]*(\/.*)?$/i.exec(url)?.[1] ?? url);
  if (method === undefined || !isToken(method) || target === undefined || !/^\/[\x21-\x7e]*$/.test(target))
    return opened;
  const request: WebhookRequest = { method, target, headers: opened.headers ?? [], body: opened.body };
  return { ...opened, request };
};

/**
 * `{headers, body}`, as relays and job queues store a request. `body` may be a string or the event itself, whose source
 * text is then the body.
 */
const enveloped: Envelope = {
  name: "`{headers, body}`, also `rawBody` and `payload`",
  source: "convention",
  keys: ["headers"],
  open: ({ text, node }) => {
    const hasBody = ["rawBody", "body", "payload"].some((key) => nodeAt(node, key) !== undefined);
    if (!hasBody || nodeAt(node, "headers") === undefined) return undefined;
    const found = requestIn({ text, node });
    return [
      found === undefined ? { problem: "its headers are neither a list nor an object of strings" } : openedOf(found),
    ];
  },
};

type Found = ReturnType<typeof jsonRequests>[number];

const openedOf = (found: Found): Opened | Unopened =>
  "problem" in found
    ? found
    : requestOf(found.method, found.url, {
        body: found.body,
        headers: found.headers,
        ...atOf(found.receivedAt),
      });

/** The requests found anywhere in a JSON file or a log. @returns undefined if there are none */
export const openRequests = (found: readonly Found[]): readonly (Opened | Unopened)[] | undefined =>
  found.length === 0 ? undefined : found.map(openedOf);

const githubSchema = z.object({
  guid: z.string(),
  delivered_at: z.string(),
  status: z.string().exactOptional(),
  status_code: z.number(),
  request: z.object({ headers: headersSchema.nullish() }).exactOptional(),
});

const github: Envelope = {
  name: "GitHub delivery (`gh api /repos/O/R/hooks/ID/deliveries/ID`)",
  source: "https://docs.github.com/rest/repos/webhooks#get-a-delivery-for-a-repository-webhook",
  keys: ["delivered_at"],
  open: (document) => {
    const found = githubSchema.safeParse(document.value);
    if (!found.success) return undefined;
    const { guid, delivered_at, status, status_code, request } = found.data;
    const payload = nodeAt(document.node, "request.payload");
    if (request === undefined || payload === undefined)
      return [{ problem: `the list of deliveries has no payloads: fetch delivery ${guid} on its own` }];
    return [
      {
        body: bytesOf(document, payload),
        headers: pairsOf(request.headers ?? {}),
        id: guid,
        reason: `${status_code}${status === undefined ? "" : ` ${status}`}`,
        ...atOf(instantOf(delivered_at)),
      },
    ];
  },
};

const stripeSchema = z.object({
  object: z.literal("list"),
  data: z.array(z.looseObject({ object: z.literal("event") })),
});

const stripe: Envelope = {
  name: "Stripe list of events (`stripe events list`)",
  source: "https://docs.stripe.com/api/events/list",
  keys: ["object"],
  open: (document) => {
    const list = nodeAt(document.node, "data");
    const found = stripeSchema.safeParse(document.value);
    if (!found.success || list?.kind !== "array") return undefined;
    return list.items.map((node, at): Opened => ({
      body: bytesOf(document, node),
      ...atOf(instantOf(Number(found.data.data[at]?.["created"]), "s")),
    }));
  },
};

/** Requests with their headers, and platforms' own lists of deliveries and events. */
export const requestEnvelopes: readonly Envelope[] = [github, stripe, enveloped];
