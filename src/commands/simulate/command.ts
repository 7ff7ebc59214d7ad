import { join } from "node:path";
import { createTransport } from "../../http/client.ts";
import { openDlq } from "../../dlq/open.ts";
import { makeCertificate } from "../../http/certificate.ts";
import { schemesOf } from "../../providers/profile.ts";
import type { Profile } from "../../providers/profile.ts";
import { resolveRef } from "../../storage/secret-refs.ts";
import type { Secret } from "../../values/secret.ts";
import { simulate } from "../../simulator/simulate.ts";
import { stream } from "../../cli/command.ts";
import { authorizationFor } from "../shared/basic.ts";
import { deliveryLog } from "../shared/delivery-log.ts";
import { Exit } from "../../cli/exit.ts";
import { delivering } from "../shared/delivery-inputs.ts";
import { asText, flag, grouped, option, optionOr, repeated } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { privateKeyFor, privateKeyInputs } from "../shared/keys.ts";
import { wholeNumber } from "../../cli/value-parsers.ts";
import { withSignature } from "../shared/profile-input.ts";
import { simulateView } from "./view.ts";
import { connectionFor, connectionInputs } from "../shared/targets.ts";
import { endpointWithUser } from "../../values/endpoint.ts";

/** `hookproof simulate`: simulates the platforms on this machine, for tests, demos and offline work. */
export default stream({
  summary: "Simulate the platforms locally",
  details:
    "Simulates 10x's test route (with real deliveries, retries, the DLQ and the terminal-failure event), Apex's subscription API, Apex's incoming hubspot, stripe and github webhooks, and AgentFlow's inbound leads. POST /simulate/PROVIDER/TYPE makes a platform send an event.",
  stopsOnSignal: true,
  inputs: {
    ...grouped("Server", {
      port: optionOr("--port <port>", "port to listen on; 0 picks a free one", 8788, wholeNumber(0, 65_535)),
      host: optionOr("--host <address>", "address to listen on", "127.0.0.1", asText),
      allowHost: repeated("--allow-host <name>", "also accept this host name, such as a container's or tunnel's"),
      tls: flag("--tls", "use HTTPS with a certificate made for this run"),
    }),
    secret: shared.secret,
    ...privateKeyInputs,
    ...grouped("Provider and secret", {
      signatureHeader: option(
        "--signature-header <name>",
        "signature header, if the platform does not document it (apex)",
      ),
    }),
    signatureForm: shared.signatureForm,
    ...grouped("Provider and secret", {
      token: option(
        "--token <ref>",
        "key that every route without signature verification requires (default: any key is accepted)",
      ),
    }),
    ...grouped("Delivery", {
      to: option("--to <url>", "default target for events without a subscription"),
    }),
    speed: delivering.speed,
    dlq: delivering.dlq,
    ...connectionInputs,
  },
  examples: [
    "hookproof simulate --to localhost:8787 --secret env:WEBHOOK_SECRET --speed 100",
    "hookproof simulate --port 0 --json --tls --secret env:S",
    "hookproof trigger --handle acme --subscription sub_1 --base-url http://127.0.0.1:8788 --token env:ANY",
  ],
  view: simulateView,
  async *run(context, input) {
    const profiles = (await context.profiles()).map((profile) =>
      input.signatureHeader !== undefined && schemesOf(profile) === undefined
        ? withSignature(profile, input.signatureHeader, input.signatureForm)
        : profile,
    );
    const certificate = input.tls
      ? await makeCertificate(
          input.host,
          join(context.folders.state, `simulate-${input.port || context.processInfo.pid}.pem`),
          context.now(),
        )
      : undefined;
    const secrets = new Map<Profile, Promise<Secret | null>>();
    const secretOf = (profile: Profile): Promise<Secret | null> => {
      const found = secrets.get(profile) ?? context.secrets(input.secret, profile).then(([secret]) => secret ?? null);
      secrets.set(profile, found);
      return found;
    };
    const sources = { env: context.env, cwd: context.cwd, store: context.store, warn: context.warn };
    const token = input.token === undefined ? undefined : await resolveRef(input.token, "--token", sources);
    const to = input.to === undefined ? undefined : endpointWithUser(input.to);
    const authorization = to === undefined ? {} : await authorizationFor(context, to, { basic: undefined, header: [] });
    const key = await privateKeyFor(context, input.privateKey);
    const log = deliveryLog(context, "simulate");
    const transport = createTransport({ ...(await connectionFor(context, input)), ...authorization });
    const dlq = await openDlq(input.dlq, context);
    try {
      const events = simulate({
        profiles,
        secretOf,
        key,
        to: to?.url,
        token,
        now: context.now,
        randomBytes: context.randomBytes,
        host: input.host,
        port: input.port,
        allowedHosts: input.allowHost,
        certificate: certificate?.file ?? null,
        ...(certificate === undefined ? {} : { tls: { key: certificate.key, cert: certificate.cert } }),
        transport,
        clock: context.clock,
        speed: input.speed,
        dlq,
        signal: context.signal,
      });
      for await (const event of events) {
        if (event.type === "delivery") await log.add(event.provider, event.delivery);
        yield event;
      }
      return Exit.yes;
    } finally {
      await log.close();
      await transport.close();
      await dlq.close();
    }
  },
});
