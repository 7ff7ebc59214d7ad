/** One step of the demo. */
export type Step =
  /** Prints a text. */
  | { readonly kind: "say"; readonly text: string }
  /** Starts a background command (a receiver or the simulated platforms); later steps refer to its URL as `{name}`. */
  | { readonly kind: "start"; readonly name: string; readonly argv: readonly string[] }
  /** Waits for output that matches `until`, stops the command, and shows its output; `log` saves it as a file. */
  | { readonly kind: "stop"; readonly name: string; readonly until: RegExp; readonly log?: string }
  /** Runs a command line; `{event}` in later steps is the last event id in the output. */
  | { readonly kind: "run"; readonly argv: readonly string[]; readonly exit: number };

/** The listener's line for a response with this status; a bare number could be part of an event id. */
const respondedWith = (status: number): RegExp => new RegExp(`(?:→|->) ${status} `);

/** The secret of the demo's platform; used for nothing else. */
export const demoSecret = "hookproof-demo-secret";
/** The token of the demo's platform API. */
export const demoToken = "patv1_demo.token";

const secret = ["-p", "10x", "--secret", "env:WEBHOOK_SECRET"] as const;
const listen = (capture: string, respond: string): readonly string[] => [
  "listen",
  "--port",
  "0",
  "-q",
  ...secret,
  "--capture",
  capture,
  "--respond",
  respond,
];
const platform = (receiver: string): readonly string[] => [
  "simulate",
  "--port",
  "0",
  "--to",
  `{${receiver}}`,
  "--secret",
  "env:WEBHOOK_SECRET",
  "--speed",
  "100",
];
const trigger = (name: string): readonly string[] => [
  "trigger",
  "--handle",
  "acme",
  "--subscription",
  "sub_91",
  "--base-url",
  `{${name}}`,
  "--token",
  "env:TENX_TOKEN",
];

/** The demo's steps, as command lines that a person could type. */
export const story: readonly Step[] = [
  {
    kind: "say",
    text: "1. A local simulation of 10x.in, and a receiver that fails twice. The test delivery is retried on the platform's schedule, a hundred times faster.",
  },
  { kind: "start", name: "receiver", argv: listen("flaky.ndjson", "500,503,200") },
  { kind: "start", name: "platform", argv: platform("receiver") },
  { kind: "run", argv: [...trigger("platform"), "--wait", "10s", "--capture", "flaky.ndjson"], exit: 0 },
  { kind: "stop", name: "receiver", until: respondedWith(200) },
  { kind: "stop", name: "platform", until: /delivered/ },

  {
    kind: "say",
    text: "2. Something parses the JSON and serializes it again, as express.json() and then JSON.stringify(req.body) do. Why does the signature not match?",
  },
  { kind: "start", name: "receiver", argv: listen("changed.ndjson", "200") },
  {
    kind: "run",
    argv: ["send", "{receiver}", ...secret, "--event", "link.clicked", "--tamper", "reserialize"],
    exit: 0,
  },
  { kind: "stop", name: "receiver", until: /invalid/ },
  { kind: "run", argv: ["verify", "changed.ndjson", "--last", ...secret], exit: 1 },

  {
    kind: "say",
    text: "3. A receiver that rejects the event. 10x does not retry a 401, so the delivery goes to the dead-letter queue.",
  },
  { kind: "start", name: "receiver", argv: listen("refused.ndjson", "401") },
  { kind: "start", name: "platform", argv: platform("receiver") },
  { kind: "run", argv: [...trigger("platform"), "--wait", "10s", "--capture", "refused.ndjson"], exit: 0 },
  { kind: "stop", name: "platform", until: /terminal_failure[^]*DLQ/ },
  { kind: "stop", name: "receiver", until: respondedWith(401), log: "receiver.log" },
  { kind: "run", argv: ["explain", "401", "-p", "10x"], exit: 0 },
  { kind: "run", argv: ["dlq", "list", "--type", "webhook.test"], exit: 0 },

  { kind: "say", text: "4. Everything support will ask for, in one redacted bundle." },
  {
    kind: "run",
    argv: [
      "evidence",
      ...secret,
      "--event",
      "{event}",
      "--handle",
      "acme",
      "--subscription",
      "sub_91",
      "--from",
      "refused.ndjson",
      "--from",
      "data/dlq.ndjson",
      "--receiver-log",
      "receiver.log",
      "--deploys",
      "deploys.txt",
      "-o",
      "case.zip",
    ],
    exit: 0,
  },

  {
    kind: "say",
    text: "5. The receiver is fixed. Replay the queue: events are re-signed, keep their ids, and continue their attempt counts.",
  },
  { kind: "start", name: "receiver", argv: listen("fixed.ndjson", "200") },
  { kind: "run", argv: ["replay", "--to", "{receiver}", "--secret", "env:WEBHOOK_SECRET"], exit: 0 },
  { kind: "stop", name: "receiver", until: respondedWith(200) },
  { kind: "run", argv: ["dlq", "stats"], exit: 0 },
];

/** Opens the demo's requests in the browser. */
export const inspect: readonly string[] = [
  "inspect",
  "flaky.ndjson",
  "changed.ndjson",
  "refused.ndjson",
  "fixed.ndjson",
  ...secret,
];

/** A file for `--deploys`. */
export const deploys = (iso: string): string => `${iso} v2.14.0 api\n`;
