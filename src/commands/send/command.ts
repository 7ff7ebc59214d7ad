import { access } from "node:fs/promises";
import { createTransport } from "../../http/client.ts";
import { tampering, tamperKinds } from "../../delivery/tamper.ts";
import type { Dlq } from "../../dlq/dlq.ts";
import { documentedSchemes } from "../../signature/sign.ts";
import { stream } from "../../cli/command.ts";
import type { Values } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { authorizationFor, basicInput } from "../shared/basic.ts";
import { delivering } from "../shared/delivery-inputs.ts";
import { deliveryLog } from "../shared/delivery-log.ts";
import { challengesFor, sendChallenges } from "./challenge.ts";
import { expectation } from "./expectation.ts";
import { Exit } from "../../cli/exit.ts";
import { flag, grouped, option, optionalArgument, optionOr } from "../../cli/inputs.ts";
import { refuseTwoBodies, withEvent } from "../shared/payload.ts";
import { profileFor } from "../shared/profile-input.ts";
import { sendView } from "./view.ts";
import type { SendEvent } from "./view.ts";
import { sendMany, sendOne } from "./sending.ts";
import type { Sending } from "./sending.ts";
import { shared } from "../shared/inputs.ts";
import { noteOwnKey, privateKeyFor, signingInputs } from "../shared/keys.ts";
import { signingScheme } from "../../signature/sign.ts";
import { connectionFor, connectionInputs, defaultEndpoint, endpointFor, warnPlainHttp } from "../shared/targets.ts";
import { endpointWithUser } from "../../values/endpoint.ts";
import { purposeOf, trustInputs } from "../shared/trust.ts";
import { choice, wholeNumber } from "../../cli/value-parsers.ts";

const inputs = {
  url: optionalArgument("[url]", "the endpoint: a URL, localhost:3000/hooks or 3000 (default: the project's)"),
  payload: optionalArgument("[payload]", "file with the body, - for standard input"),
  ...signingInputs,
  event: shared.event,
  set: shared.set,
  data: shared.data,
  header: shared.header,
  method: shared.method,
  verifyToken: shared.verifyToken,
  ...grouped("Payload and headers", {
    tamper: option("--tamper <kind>", "tamper with the delivery", choice(...tamperKinds)),
    chunked: flag("--chunked", "send the body with Transfer-Encoding: chunked"),
  }),
  retry: delivering.retry,
  speed: delivering.speed,
  ...grouped("Delivery", {
    count: optionOr(
      "--count <n>",
      "send this many events: samples get a new id each, a payload you pass keeps its own",
      1,
      wholeNumber(1, 10_000_000),
    ),
    duplicate: optionOr("--duplicate <n>", "deliver each event this many times, unchanged", 1, wholeNumber(1, 1000)),
  }),
  concurrency: delivering.concurrency,
  rate: delivering.rate,
  timeout: delivering.timeout,
  ...grouped("Delivery", {
    challenge: flag(
      "--challenge",
      "send the challenge that verifies the endpoint instead of an event; exit 0 if the response is correct",
    ),
  }),
  ...grouped("Success criteria", {
    expect: option(
      "--expect <class>",
      "exit 0 only for this response: 2xx, 401, delivered, retryable, terminal, timeout …",
      expectation,
    ),
  }),
  dlq: delivering.dlq,
  ...grouped("Storage", {
    alertUrl: option("--alert-url <url>", "send the platform's terminal-failure event to this URL", endpointWithUser),
  }),
  ...basicInput,
  ...connectionInputs,
  ...trustInputs,
} as const;

export type SendInput = Values<typeof inputs>;

/** `hookproof send`: delivers an event as the platform would. */
export default stream({
  summary: "Deliver an event as the platform would",
  unread: Exit.no,
  details:
    "Uses the platform's headers, signature, timeout, retry schedule and classification. Redirects are not followed. A permanently failed delivery goes to the DLQ.",
  inputs,
  examples: [
    "hookproof send localhost:3000/hooks -p 10x --event link.clicked --secret env:WEBHOOK_SECRET",
    "hookproof send https://localhost:3000/hooks payload.json -p stripe --secret store:stripe --retry provider --speed 100 -k",
    'hookproof send https://acme.example/hooks -p github --event push --secret env:S --basic ci:env:PASSWORD -d \'{"zen":"x"}\'',
    "hookproof send localhost:3000/hooks -p github --event push --secret env:S --tamper signature --expect 4xx",
    "hookproof send localhost:3000/hooks -p slack --secret env:S --challenge",
    "hookproof send localhost:3000/hooks -p agentflow --event lead.qualified --secret env:S --count 1000 --concurrency 50",
  ],
  view: sendView,
  jsonLines: (event: SendEvent) => {
    if (event.type === "challenge") return [event];
    if (event.type === "deliveries") return event.deliveries;
    return event.type === "delivery" ? [event.delivery] : event.type === "summary" ? [event] : [];
  },
  async *run(context, given) {
    const asked = await placed(context, given);
    const profile = await profileFor(context, asked);
    const challenges = asked.challenge ? challengesFor(profile, asked) : undefined;
    // Report an undocumented signature before anything else.
    if (challenges === undefined) documentedSchemes(profile);
    const input = challenges === undefined ? await withEvent(context, profile, asked) : asked;
    const endpoint = await endpointFor(context, input.url, input, purposeOf(profile));
    const { url } = endpoint;
    warnPlainHttp(context, profile, url);
    const plain = await connectionFor(context, input);
    const connection = { ...plain, ...(await authorizationFor(context, endpoint, input)) };
    if (challenges !== undefined) {
      const transport = createTransport(connection);
      try {
        return yield* sendChallenges({ context, input, profile, url, transport }, challenges);
      } finally {
        await transport.close();
      }
    }
    const [secret, ...rotated] = await context.needSecrets(input.secret, profile);
    const spoil = input.tamper === undefined ? undefined : tampering(input.tamper, profile, secret, input.scheme);
    const transport = createTransport({
      ...connection,
      chunked: input.chunked,
      keepAlive: input.count * input.duplicate > 1,
    });
    const { alertUrl } = input;
    const alert = alertUrl && {
      url: alertUrl.url,
      // The alert endpoint may be on the same server, but has its own user and password, or none.
      transport: createTransport({
        ...plain,
        ...(await authorizationFor(context, alertUrl, { basic: undefined, header: [] })),
      }),
    };
    const log = deliveryLog(context, "send");
    let queue: Promise<Dlq> | undefined;
    const dlq = (): Promise<Dlq> =>
      (queue ??= import("../shared/open-queue.ts").then(({ openQueue }) => openQueue(context, { dlq: input.dlq })));
    const key = await privateKeyFor(context, input.privateKey);
    noteOwnKey(context, profile, signingScheme(profile, secret, input.scheme), secret);
    const sending: Sending = {
      context,
      input,
      profile,
      url,
      secret,
      key,
      rotated,
      tamper: spoil,
      transport,
      alert,
      log,
      dlq,
    };
    try {
      if (input.count * input.duplicate === 1) return yield* sendOne(sending);
      return yield* sendMany(sending);
    } finally {
      await transport.close();
      await alert?.transport.close();
      await log.close();
      // A failure to open was already reported.
      await queue?.then(
        (one) => one.close(),
        () => undefined,
      );
    }
  },
});

/** If there is a default endpoint, a single argument that is `-` or an existing file is the payload. */
const placed = async (context: Context, input: SendInput): Promise<SendInput> => {
  const { url, payload, data } = input;
  refuseTwoBodies(input);
  if (
    data !== undefined ||
    url === undefined ||
    payload !== undefined ||
    (await defaultEndpoint(context)) === undefined
  )
    return input;
  const isPayload =
    url === "-" ||
    (await access(context.path(url)).then(
      () => true,
      () => false,
    ));
  return isPayload ? { ...input, url: undefined, payload: url } : input;
};
