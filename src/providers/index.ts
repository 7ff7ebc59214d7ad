import { HookproofError } from "../errors.ts";
import { nearest } from "../values/nearest.ts";
import { tenEx } from "./10ex.ts";
import { tenX } from "./10x.ts";
import { agentflowInbound } from "./agentflow-inbound.ts";
import { agentflow } from "./agentflow.ts";
import { apex } from "./apex.ts";
import { github } from "./github.ts";
import { hubspot } from "./hubspot.ts";
import type { Profile } from "./profile.ts";
import { salesos } from "./salesos.ts";
import { shopify } from "./shopify.ts";
import { slack } from "./slack.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { stripe } from "./stripe.ts";

/** What ships with hookproof, by id, in the order of the lists. */
const shipped: ReadonlyMap<string, () => Profile> = new Map([
  ["10ex", tenEx],
  ["10x", tenX],
  ["apex", apex],
  ["salesos", salesos],
  ["agentflow", agentflow],
  ["agentflow-inbound", agentflowInbound],
  ["stripe", stripe],
  ["github", github],
  ["hubspot", hubspot],
  ["standard-webhooks", standardWebhooks],
  ["slack", slack],
  ["shopify", shopify],
]);

/** Every platform that ships with hookproof. */
export const builtInProfiles = (): readonly Profile[] => [...shipped.values()].map((profile) => profile());

/**
 * The profile of an id or alias; the user's own go before the built-in ones.
 * @throws HookproofError `unknown-provider`, with the nearest id as the hint
 */
export const findProfile = (id: string, own: readonly Profile[] = []): Profile => {
  const wanted = id.toLowerCase();
  const isWanted = (one: Profile): boolean => one.id === wanted || one.aliases?.includes(wanted) === true;
  const found = own.find(isWanted) ?? shipped.get(wanted)?.() ?? builtInProfiles().find(isWanted);
  if (found !== undefined) return found;
  const all = [...own, ...builtInProfiles()];
  const near = nearest(
    wanted,
    all.flatMap((one) => [one.id, ...(one.aliases ?? [])]),
  );
  throw new HookproofError("unknown-provider", `there is no provider '${id}'`, {
    hint: near === undefined ? "`hookproof providers` lists them" : `did you mean ${near}?`,
  });
};
