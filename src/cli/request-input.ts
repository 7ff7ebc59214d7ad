import type { WebhookRequest } from "../request/request.ts";
import type { HeaderPair } from "../request/request.ts";
import type { Context } from "./context.ts";

export interface RequestInput {
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
 * The request a command line points at: a file in any of the forms, `-`, or a body with `-H` headers.
 * @throws HookproofError `input-unreadable`, `input-malformed`, `usage`
 */
export const requestFor = async (context: Context, input: RequestInput): Promise<WebhookRequest> => {
  const { bodyRequest, readRequest } = await import("../formats/read.ts");
  const at = {
    ...(input.url === undefined ? {} : { url: input.url }),
    ...(input.method === undefined ? {} : { method: input.method }),
  };
  if (input.body !== undefined) return bodyRequest(await context.readInput(input.body), input.header ?? [], at);
  const path = input.request ?? "-";
  return readRequest(await context.readInput(path), path === "-" ? "standard input" : path, {
    ...at,
    warn: context.warn,
    ...(input.id === undefined ? {} : { id: input.id }),
    ...(input.last === true ? { last: true } : {}),
    ...(input.entry === undefined ? {} : { entry: input.entry }),
    ...(input.header === undefined || input.header.length === 0 ? {} : { headers: input.header }),
  });
};
