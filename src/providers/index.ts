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

/** Every platform that ships with hookproof, in the order of the lists. */
export const builtInProfiles: readonly Profile[] = [
  tenEx,
  tenX,
  apex,
  salesos,
  agentflow,
  agentflowInbound,
  stripe,
  github,
  hubspot,
  standardWebhooks,
  slack,
  shopify,
];

/**
 * The profile of an id or alias; the user's own go before the built-in ones.
 * @throws HookproofError `unknown-provider`, with the nearest id as the hint
 */
export const findProfile = (id: string, own: readonly Profile[] = []): Profile => {
  const all = [...own, ...builtInProfiles];
  const wanted = id.toLowerCase();
  const found = all.find((one) => one.id === wanted || one.aliases?.includes(wanted) === true);
  if (found !== undefined) return found;
  const near = nearest(
    wanted,
    all.flatMap((one) => [one.id, ...(one.aliases ?? [])]),
  );
  throw new HookproofError("unknown-provider", `there is no provider '${id}'`, {
    hint: near === undefined ? "`hookproof providers` lists them" : `did you mean ${near}?`,
  });
};
