import { HookproofError } from "../errors.ts";
import type { WebhookRequest } from "../request/request.ts";
import { excerpt, malformed } from "./malformed.ts";

/**
 * The n-th request of a file, counted from 1; without a number, the only one.
 * @throws HookproofError `usage` if there are several to choose from, or none with that number
 */
export const chosenEntry = (
  requests: readonly WebhookRequest[],
  name: string,
  entry: number | undefined,
): WebhookRequest => {
  if (requests.length === 0) throw malformed(name, "it contains no request");
  if (entry === undefined && requests.length > 1)
    throw new HookproofError("usage", `${name} contains ${requests.length} requests`, {
      hint: `choose one with --entry: ${requests.slice(0, 8).map(outline).join(", ")}${requests.length > 8 ? ", …" : ""}`,
    });
  const found = requests[(entry ?? 1) - 1];
  if (found !== undefined) return found;
  const count = requests.length === 1 ? "one" : requests.length;
  throw new HookproofError("usage", `${name} has no entry ${entry}; it has ${count}`);
};

const outline = ({ method, target, url }: WebhookRequest, index: number): string =>
  `${index + 1} ${method} ${excerpt(url ?? target, 60)}`;
