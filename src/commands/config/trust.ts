import { HookproofError } from "../../errors.ts";
import { valueOf } from "../../providers/profile.ts";
import { purposes } from "../../storage/trusted-hosts.ts";
import { command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { flag, restArgument } from "../../cli/inputs.ts";
import { parseRoute } from "../../listener/routes.ts";
import { parseTarget } from "../../listener/target.ts";
import { apiUrl } from "../shared/platform-inputs.ts";
import { endpointWithUser } from "../../values/endpoint.ts";
import { confirm, isDocumented, purposeOf, purposeText, trustedHostsOf, trustInputs } from "../shared/trust.ts";

/** `hookproof config trust`: manages the hosts in a project file that may receive deliveries and tokens. */
export default command({
  summary: "Trust the hosts named in a project file",
  details:
    "A project file can come from anyone, so you confirm each of its hosts once before deliveries or your token go there. The list is kept in your own configuration.",
  inputs: {
    hosts: restArgument("[hosts...]", "hosts to trust for deliveries and tokens (default: the project file's)"),
    list: flag("--list", "list the hosts you trust", { conflicts: ["remove"] }),
    remove: flag("--remove", "stop trusting these hosts"),
    ...trustInputs,
  },
  examples: [
    "hookproof config trust",
    "hookproof config trust --list",
    "hookproof config trust https://api.example.com --remove",
  ],
  async run(context, { hosts: given, list, remove, trustProject }) {
    const hosts = await trustedHostsOf(context);
    const typed = given.map((one) => new URL(apiUrl(one)).origin);
    let removed: readonly string[] = [];
    if (remove) {
      if (typed.length === 0)
        throw new HookproofError("usage", "--remove needs a host", { hint: "hookproof config trust --list" });
      removed = await hosts.remove(typed);
      const missing = typed.find((one) => !removed.includes(one));
      if (missing !== undefined)
        throw new HookproofError("usage", `${missing} is not trusted`, { hint: "hookproof config trust --list" });
    } else if (!list) await trust(context, typed, trustProject);
    const trusted = (await hosts.list()).map(({ host, may, trustedAt }) => ({
      host,
      may,
      trustedAt: trustedAt ?? null,
    }));
    return { data: { trusted, removed }, exit: Exit.yes };
  },
  view: ({ trusted, removed }, paint) =>
    [
      ...removed.map((host) => paint`${paint.good(paint.mark.yes)} ${host} is no longer trusted`),
      ...(trusted.length === 0 ? [paint`${paint.dim("no trusted hosts")}`] : []),
      ...trusted.map(({ host, may }) => paint`${host}  ${paint.dim(may.map((one) => purposeText[one]).join(", "))}`),
    ].join("\n"),
});

const trust = async (context: Context, typed: readonly string[], trustProject: boolean): Promise<void> => {
  const hosts = await trustedHostsOf(context);
  if (typed.length > 0) return hosts.add(typed, purposes, context.now());
  const { path, endpoint, forward, providers, provider } = await context.config();
  const targets = forward.map((one) => parseTarget(parseRoute(one).target).url.origin);
  const apis = providers.flatMap(({ endpoints = {} }) =>
    Object.values(endpoints).flatMap((route) =>
      route.baseUrl === undefined || isDocumented(route) ? [] : [new URL(valueOf(route.baseUrl)).origin],
    ),
  );
  const receivers = [...(endpoint === undefined ? [] : [new URL(endpointWithUser(endpoint).url).origin]), ...targets];
  const used = (await context.profiles()).filter(
    ({ id, aliases = [] }) => provider !== undefined && [id, ...aliases].includes(provider),
  );
  // Some platforms' deliveries contain the secret itself.
  const isToken = [...providers, ...used].some((profile) => purposeOf(profile) === "token");
  const named = {
    deliveries: [...new Set(receivers)],
    token: [...new Set([...apis, ...(isToken ? receivers : [])])],
  };
  for (const purpose of purposes) {
    for (const origin of named[purpose]) {
      if (await hosts.has(origin, purpose)) continue;
      if (!trustProject) {
        if (!context.interactive)
          throw new HookproofError(
            "confirmation-needed",
            `${path} names ${origin}, and there is no terminal to confirm on`,
            {
              hint: `run: hookproof config trust ${origin}; or add --trust-project`,
            },
          );
        await confirm(context, `${path}: send ${purposeText[purpose]} to ${origin}, now and later?`);
      }
      await hosts.add([origin], [purpose], context.now());
    }
  }
};
