import { lookup } from "node:dns/promises";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { proxyFor } from "../../http/proxy.ts";
import type { Proxies } from "../../http/proxy.ts";
import { pluralize } from "../../values/count.ts";
import { networkFor } from "../shared/network.ts";
import { isLoopback } from "../shared/targets.ts";
import { isRecorded } from "./destination.ts";
import type { ConnectionInput } from "../shared/targets.ts";

/**
 * Asks before events go to another machine: more than one to an endpoint the user typed, or any to an endpoint the
 * queue recorded, because whoever wrote the queue chose that one.
 * @throws HookproofError `confirmation-needed` if there is no terminal or the answer is no
 */
export const confirmed = async (
  context: Context,
  total: number,
  endpoints: () => Promise<readonly string[]>,
  input: ConnectionInput & { readonly yes: boolean; readonly to: string },
): Promise<void> => {
  const isChosen = !isRecorded(input.to);
  if (input.yes || (isChosen && total <= 1)) return;
  const hosts: string[] = [];
  const { proxies } = input.unixSocket === undefined ? await networkFor(context, input) : {};
  for (const to of await endpoints()) if (!(await isThisMachine(to, input, proxies))) hosts.push(new URL(to).host);
  if (hosts.length === 0) return;
  const names = `${hosts.slice(0, 5).join(", ")}${hosts.length > 5 ? ` and ${hosts.length - 5} more` : ""}`;
  const question = `deliver ${pluralize(total, "event")} to ${names}?`;
  if (!context.interactive) {
    throw new HookproofError(
      "confirmation-needed",
      `${pluralize(total, "event")} would go to ${names}, which is not this machine`,
      { hint: "add --yes to confirm, or --limit 1 to try one" },
    );
  }
  if (!/^y(?:es)?$/i.test((await context.ask(`${question} [y/N]`)).trim())) {
    throw new HookproofError("confirmation-needed", "nothing was delivered", { hint: "answer y, or add --yes" });
  }
};

/**
 * Whether an endpoint is on this machine. A name that looks local but resolves elsewhere, or not at all, is not, and for
 * a proxy on another machine "localhost" is that machine.
 */
const isThisMachine = async (to: string, input: ConnectionInput, proxies: Proxies | undefined): Promise<boolean> => {
  if (input.unixSocket !== undefined) return true;
  const url = new URL(to);
  const proxy = proxies === undefined ? undefined : proxyFor(url, proxies);
  if (proxy !== undefined && !isLoopback(proxy.url.hostname)) return false;
  const { hostname } = url;
  if (!isLoopback(hostname) || input.resolve.some(({ address }) => !isLoopback(address))) return false;
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ""), { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => isLoopback(address));
};
