import { listen } from "../../listener/listen.ts";
import type { ForwardEvent, RequestEvent, SummaryEvent } from "../../listener/events.ts";
import { stream } from "../../cli/command.ts";
import type { Values } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, flag, grouped, option, optionOr, repeated } from "../../cli/inputs.ts";
import { networkInputs } from "../shared/network.ts";
import { shared } from "../shared/inputs.ts";
import { keyInputs } from "../shared/keys.ts";
import { schemeWords, secretWords } from "../shared/command-words.ts";
import { shellLine } from "../../values/shell-line.ts";
import { trustInputs } from "../shared/trust.ts";
import { hostName, timeLimit, wholeNumber } from "../../cli/value-parsers.ts";
import { inspectorInputs, wantsInspector } from "../shared/inspector.ts";
import { listenOptions } from "./options.ts";
import { listenView } from "./view.ts";
import { pairEvents, withoutTokens } from "./pair-events.ts";
import { ignoreOf, rotationOf, scriptOf, sizeOf, timeOf, untilOf, defaultForwardTimeout } from "./values.ts";

const inputs = {
  ...grouped("Server", {
    port: optionOr("--port <port>", "port to listen on; 0 picks a free one", 8787, wholeNumber(0, 65_535)),
    host: optionOr("--host <address>", "address to listen on; 0.0.0.0 for the network", "127.0.0.1", asText),
    path: optionOr("--path <path>", "accept requests at this path and below; others get 404", "/", (text) =>
      text.startsWith("/") ? text : `/${text}`,
    ),
    tls: flag("--tls", "use HTTPS with a certificate made for this run"),
    maxBody: optionOr("--max-body <size>", "larger bodies get 413", sizeOf("10mb"), sizeOf),
  }),
  provider: shared.providerOrAuto,
  secret: shared.secret,
  ...keyInputs,
  scheme: shared.scheme,
  signatureHeader: shared.signatureHeader,
  signatureForm: shared.signatureForm,
  tolerance: shared.tolerance,
  ...grouped("Provider and secret", {
    url: option("--url <url>", "public scheme and host (a tunnel's), for schemes that sign the URL"),
  }),
  verifyToken: shared.verifyToken,
  ...grouped("Responses and forwarding", {
    respond: option(
      "--respond <spec>",
      "200 (default) | 500,503,200 (by attempt of each event) | seq:500,200 (by request) | 200:60%,500:40% | delay=12s | reset | hang | 429;retry-after=30 | 200;type=text/plain;body=ok | body=@file",
      scriptOf,
    ),
    forwardTo: repeated(
      "-f, --forward-to <target>",
      "forward each request, with its headers and body unchanged, to 3000, localhost:3000/x, unix:/run/app.sock or a URL; 'type=invoice.*=TARGET' forwards only matching requests; repeatable, the first matching target's response is returned",
    ),
    forwardAnywhere: flag("--forward-anywhere", "allow --forward-to another machine"),
    forwardTimeout: optionOr("--forward-timeout <duration>", "timeout of each forward", defaultForwardTimeout, timeOf),
    hostHeader: option("--host-header <host>", "forward with this Host header", hostName),
    noChallenge: flag("--no-challenge", "do not answer challenges; leave them to --respond or the target"),
    onVerified: option("--on-verified <command>", "run this for each new verified event, with its body on stdin"),
  }),
  ...grouped("Network", {
    insecure: flag("-k, --insecure", "do not verify the target's TLS certificate"),
    ...networkInputs,
    ...trustInputs,
  }),
  header: { ...shared.header, summary: "forward with this header 'Name: value'; repeatable" },
  ...grouped("Storage", {
    readyFile: option("--ready-file <file>", "write the URL to this file once listening"),
    capture: option("--capture <file>", "append every request to this file"),
    rotate: option(
      "--rotate <size>",
      "rotate the capture at this size, such as 100mb, to captures.1.ndjson, .2 …",
      rotationOf,
    ),
    fsync: flag("--fsync", "fsync every write so captures survive power loss (slower)"),
  }),
  ...grouped("Output", {
    events: option(
      "--events <types>",
      "show, count and forward only these event types (comma-separated)",
      (text, at) =>
        asText(text, at)
          .split(",")
          .map((type) => type.trim()),
      { completes: "events" },
    ),
    silent: flag("--silent", "print nothing per request; the capture has them all"),
  }),
  ...grouped("Inspector", {
    ui: flag("--ui", "serve the inspector: watch, understand, compare and resend requests in the browser"),
    ...inspectorInputs,
    dlq: option("--dlq <queue>", "with --ui: the queue to add requests to (default: your own queue file)"),
  }),
  ...grouped("Stop conditions", {
    count: option("--count <n>", "stop after this many requests", wholeNumber(1)),
    until: option(
      "--until <match>",
      "stop at the first request that matches type=…, verdict=valid, status=2xx, forward=2xx, … (for a time limit: --timeout)",
      untilOf,
    ),
    ignore: repeated(
      "--ignore <request>",
      "don't count requests such as 'GET /health'; HEAD and OPTIONS never count",
      ignoreOf,
    ),
    timeout: option("--timeout <duration>", "exit 1 after this long", timeLimit),
  }),
} as const;

/** The parsed options of `listen`. */
export type ListenInput = Values<typeof inputs>;

/** `hookproof listen`: a receiver that shows, verifies, captures and responds to every request. */
export default stream({
  summary: "Receive webhooks locally: show, verify, capture, respond to or forward each one",
  details:
    "Each request is in the capture file before its response is sent. In CI, end it with --count, --until and --timeout: it exits 0 if the condition was met, 1 if not or if every forward failed.",
  stopsOnSignal: true,
  inputs,
  instead: ([target = ""]) => {
    const forward = `to forward to it: ${shellLine(["hookproof", "listen", "--forward-to", target])}`;
    return /^\d+$/.test(target) ? `${forward}; to listen on that port: hookproof listen --port ${target}` : forward;
  },
  examples: [
    "hookproof listen -p 10x --secret env:WEBHOOK_SECRET",
    "hookproof listen --forward-to localhost:3000/webhooks",
    "hookproof listen -f 'type=invoice.*=3000/billing' -f 4000",
    "hookproof listen --port 0 --json --until type=link.clicked,verdict=valid --timeout 30s",
    "hookproof listen -p agentflow --respond '500,503,200'",
  ],
  view: listenView,
  jsonLines: (batch) => batch.map((paired) => paired.event),
  async *run(context, input) {
    const options = await listenOptions(context, input);
    const hideTokens = withoutTokens(options.inspect.candidates.map(({ profile }) => profile));
    const watched = wantsInspector(input)
      ? await (await import("./watch.ts")).watch(context, input, options)
      : undefined;
    try {
      const summary = yield* pairEvents(listen(watched?.options ?? options), hideTokens, (request, forward) =>
        checkCommand(input, request, forward),
      );
      return summary === undefined || isSuccess(summary, input) ? Exit.yes : Exit.no;
    } finally {
      await watched?.stop();
    }
  },
});

/** The `hookproof check` command for the target that got a request, without the request's query. */
const checkCommand = (input: ListenInput, { provider }: RequestEvent, { url }: ForwardEvent): string => {
  const [, socket, path = "/"] = /^unix:([^:]+)(?::(\/[^#]*))?/.exec(url) ?? [];
  const to = socket === undefined ? new URL(url) : new URL(path, "http://localhost");
  return shellLine([
    "hookproof",
    "check",
    to.origin + to.pathname,
    ...(provider === null ? [] : ["-p", provider]),
    ...secretWords(input.secret),
    ...schemeWords(input),
    ...(socket === undefined ? [] : ["--unix-socket", socket]),
    ...(input.insecure ? ["-k"] : []),
  ]);
};

/**
 * Whether the run succeeded. A run that waits for a number of requests succeeds once they have arrived, unless every
 * forward failed and --until doesn't judge the outcome itself. Any other run fails only on a timeout.
 */
const isSuccess = (
  { reason, wanted, matched, forwards, forwardsFailed }: SummaryEvent,
  { until }: ListenInput,
): boolean =>
  wanted === null
    ? reason !== "timeout"
    : matched >= wanted && (forwards === 0 || forwardsFailed < forwards || until?.judgesOutcome === true);
