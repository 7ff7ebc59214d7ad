import { lookup } from "node:dns/promises";
import { HookproofError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { isLoopback } from "../shared/targets.ts";
import type { ConnectionInput } from "../shared/targets.ts";

/**
 * Asks before more than one event goes to a host that is not this machine.
 * @throws HookproofError `confirmation-needed` where nobody can be asked, or the answer is no
 */
export const confirmed = async (
  context: Context,
  total: number,
  to: string,
  input: ConnectionInput & { readonly yes: boolean },
): Promise<void> => {
  const { hostname } = new URL(to);
  if (input.yes || total <= 1 || (await isThisMachine(to, input))) return;
  const question = `deliver ${total} events to ${hostname}?`;
  if (!context.interactive) {
    throw new HookproofError(
      "confirmation-needed",
      `${total} events would go to ${hostname}, which is not this machine`,
      { hint: "add --yes if that is meant, or --limit 1 to try one" },
    );
  }
  if (!/^y(?:es)?$/i.test((await context.ask(`${question} [y/N]`)).trim())) {
    throw new HookproofError("confirmation-needed", "nothing was delivered", { hint: "answer y, or add --yes" });
  }
};

/** A name that looks local and leads elsewhere is not this machine. */
const isThisMachine = async (to: string, input: ConnectionInput): Promise<boolean> => {
  if (input.unixSocket !== undefined) return true;
  const { hostname } = new URL(to);
  if (!isLoopback(hostname) || input.resolve.some(({ address }) => !isLoopback(address))) return false;
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ""), { all: true }).catch(() => []);
  return addresses.every(({ address }) => isLoopback(address));
};
