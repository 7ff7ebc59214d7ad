import type { WebhookRequest } from "../../request/request.ts";
import type { HeaderPair } from "../../request/request.ts";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";

interface RequestInput {
  readonly request: string | undefined;
  readonly body?: string | undefined;
  readonly header?: readonly HeaderPair[];
  readonly id?: string | undefined;
  readonly last?: boolean;
  readonly entry?: number | undefined;
  readonly url?: string | undefined;
  readonly method?: string | undefined;
}

/**
 * The request as it was sent, beside the one that was received: in any of the forms, or its body alone, which is what
 * a sender's program mostly has.
 * @throws HookproofError `input-unreadable`, `input-malformed`
 */
export const sentFor = async (context: Context, path: string, received: WebhookRequest): Promise<WebhookRequest> => {
  const { bodyRequest, isRequest, readRequest } = await import("../../formats/read.ts");
  const bytes = await context.readInput(path);
  return (await isRequest(bytes))
    ? readRequest(bytes, path === "-" ? "standard input" : path, { warn: context.warn })
    : bodyRequest(bytes, received.headers);
};

/**
 * The request a command line points at: a file in any of the forms, `-`, or a body with `-H` headers.
 * @throws HookproofError `input-unreadable`, `input-malformed`, `usage`
 */
export const requestFor = async (context: Context, input: RequestInput): Promise<WebhookRequest> => {
  const { bodyRequest, isRequest, readRequest } = await import("../../formats/read.ts");
  const at = {
    ...(input.url === undefined ? {} : { url: input.url }),
    ...(input.method === undefined ? {} : { method: input.method }),
  };
  if (input.body !== undefined && input.request !== undefined) {
    throw new HookproofError("usage", `both a request (${input.request}) and --body are given`, {
      hint: "leave --body out; or give the body alone, with its headers by -H",
    });
  }
  if (input.body !== undefined) return bodyRequest(await context.readInput(input.body), input.header ?? [], at);
  const path = input.request ?? "-";
  const bytes = await context.readInput(path);
  const name = path === "-" ? "standard input" : path;
  if ((input.header?.length ?? 0) > 0 && (await isRequest(bytes)))
    context.warn(`${name} is a request of its own; with -H it is taken for a body alone`);
  return readRequest(bytes, name, {
    ...at,
    warn: context.warn,
    ...(input.id === undefined ? {} : { id: input.id }),
    ...(input.last === true ? { last: true } : {}),
    ...(input.entry === undefined ? {} : { entry: input.entry }),
    ...(input.header === undefined || input.header.length === 0 ? {} : { headers: input.header }),
  });
};
