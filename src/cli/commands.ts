import type { Command } from "./command.ts";

/** What is known about a command before it is loaded. */
export interface Entry {
  /** One word, or two for a subcommand. */
  readonly name: string;
  readonly group: string;
  /** Repeats the command's own summary; a test compares them. */
  readonly summary: string;
  /** Works, but isn't listed in the help. */
  readonly hidden?: boolean;
  /** Undefined for a word that only groups subcommands, such as `dlq`. */
  readonly load?: () => Promise<{ readonly default: Command }>;
}

const sending = "Sign and send";
const receiving = "Receive and verify";
const deadLetters = "Dead letters";
const proving = "Prove and explain";
const platforms = "Platforms";
const setup = "Set up";

/** Every command, in help order; a parent comes before its subcommands. */
export const commands: readonly Entry[] = [
  {
    name: "sign",
    group: sending,
    summary: "Sign a payload and print the headers",
    load: () => import("../commands/sign/command.ts"),
  },
  {
    name: "send",
    group: sending,
    summary: "Deliver an event as the platform would",
    load: () => import("../commands/send/command.ts"),
  },
  {
    name: "providers",
    group: sending,
    summary: "List the supported platforms",
    load: () => import("../commands/providers/command.ts"),
  },
  {
    name: "providers list",
    group: sending,
    hidden: true,
    summary: "List the supported platforms",
    load: () => import("../commands/providers/command.ts"),
  },
  {
    name: "providers show",
    group: sending,
    summary: "Show everything about one platform, with the source of each fact",
    load: () => import("../commands/providers/show.ts"),
  },
  {
    name: "providers new",
    group: sending,
    summary: "Write a profile for a platform of your own, from a captured request and its secret",
    load: () => import("../commands/providers/new.ts"),
  },
  {
    name: "events",
    group: sending,
    summary: "List a platform's event types, or print one sample payload",
    load: () => import("../commands/events/command.ts"),
  },
  {
    name: "verify",
    group: receiving,
    summary: "Check a captured request and say why it fails",
    load: () => import("../commands/verify/command.ts"),
  },
  {
    name: "compare",
    group: receiving,
    summary: "Compare a request as sent with the request as received, byte for byte",
    load: () => import("../commands/compare/command.ts"),
  },
  {
    name: "listen",
    group: receiving,
    summary: "Receive webhooks locally: show, verify, capture, respond to or forward each one",
    load: () => import("../commands/listen/command.ts"),
  },
  {
    name: "inspect",
    group: receiving,
    summary: "Browse stored requests: see why they fail, compare, resend",
    load: () => import("../commands/inspect/command.ts"),
  },
  { name: "dlq", group: deadLetters, summary: "The dead-letter queue: list, show, import, export, discard" },
  {
    name: "dlq list",
    group: deadLetters,
    summary: "List the events in the dead-letter queue",
    load: () => import("../commands/dlq/list.ts"),
  },
  {
    name: "dlq show",
    group: deadLetters,
    summary: "Show one event with its bytes, headers and attempts",
    load: () => import("../commands/dlq/show.ts"),
  },
  {
    name: "dlq stats",
    group: deadLetters,
    summary: "Count the events by type, status, provider and time",
    load: () => import("../commands/dlq/stats.ts"),
  },
  {
    name: "dlq import",
    group: deadLetters,
    summary: "Import events from common file formats",
    load: () => import("../commands/dlq/import.ts"),
  },
  {
    name: "dlq export",
    group: deadLetters,
    summary: "Print events as NDJSON that `dlq import` reads back",
    load: () => import("../commands/dlq/export.ts"),
  },
  {
    name: "dlq discard",
    group: deadLetters,
    summary: "Move events to the archive",
    load: () => import("../commands/dlq/discard.ts"),
  },
  {
    name: "replay",
    group: deadLetters,
    summary: "Send the events of the dead-letter queue again",
    load: () => import("../commands/replay/command.ts"),
  },
  {
    name: "check",
    group: proving,
    summary: "Test a webhook endpoint with real signed deliveries",
    load: () => import("../commands/check/command.ts"),
  },
  {
    name: "explain",
    group: proving,
    summary: "Explain a status code, a symptom, a finding of verify or a case of check",
    load: () => import("../commands/explain/command.ts"),
  },
  {
    name: "demo",
    group: proving,
    summary: "Run an end-to-end demo locally, with nothing to set up",
    load: () => import("../commands/demo/command.ts"),
  },
  {
    name: "examples",
    group: proving,
    summary: "Write the README's sample files into a folder",
    load: () => import("../commands/examples/command.ts"),
  },
  {
    name: "trigger",
    group: platforms,
    summary: "Ask the platform for a test delivery",
    load: () => import("../commands/trigger/command.ts"),
  },
  { name: "subscriptions", group: platforms, summary: "The platform's webhook subscriptions" },
  {
    name: "subscriptions list",
    group: platforms,
    summary: "List the platform's webhook subscriptions",
    load: () => import("../commands/subscriptions/list.ts"),
  },
  {
    name: "subscriptions create",
    group: platforms,
    summary: "Subscribe a URL and store the secret",
    load: () => import("../commands/subscriptions/create.ts"),
  },
  {
    name: "subscriptions delete",
    group: platforms,
    summary: "Delete a webhook subscription",
    load: () => import("../commands/subscriptions/delete.ts"),
  },
  { name: "context-store", group: platforms, summary: "The platform's Context Store sources" },
  {
    name: "context-store sync",
    group: platforms,
    summary: "Ask the platform to refresh a Context Store source",
    load: () => import("../commands/context-store/sync.ts"),
  },
  {
    name: "simulate",
    group: platforms,
    summary: "Simulate the platforms locally",
    load: () => import("../commands/simulate/command.ts"),
  },
  {
    name: "init",
    group: setup,
    summary: "Set up a project: write hookproof.config.json",
    load: () => import("../commands/init/command.ts"),
  },
  {
    name: "config",
    group: setup,
    summary: "Show the effective configuration and where each value comes from",
    load: () => import("../commands/config/command.ts"),
  },
  {
    name: "config path",
    group: setup,
    summary: "Print the path of the project file in use",
    load: () => import("../commands/config/path.ts"),
  },
  {
    name: "config check",
    group: setup,
    summary: "Check a project file and list every problem",
    load: () => import("../commands/config/check.ts"),
  },
  {
    name: "config trust",
    group: setup,
    summary: "Trust the hosts named in a project file",
    load: () => import("../commands/config/trust.ts"),
  },
  {
    name: "doctor",
    group: proving,
    summary: "Find out why no request arrives: DNS, TCP, TLS, HTTPS, redirects, timing",
    load: () => import("../commands/doctor/command.ts"),
  },
  {
    name: "evidence",
    group: proving,
    summary: "Build a complete, redacted evidence bundle about one event",
    load: () => import("../commands/evidence/command.ts"),
  },
  {
    name: "evidence verify",
    group: proving,
    summary: "Check every digest of an evidence bundle and show its summary",
    load: () => import("../commands/evidence/verify.ts"),
  },
  {
    name: "evidence redact",
    group: proving,
    summary: "Mask more of an evidence bundle with your own rules",
    load: () => import("../commands/evidence/redact.ts"),
  },
  {
    name: "redact",
    group: proving,
    summary: "Mask secrets and personal data in HARs, captures, logs and curl commands",
    load: () => import("../commands/redact/command.ts"),
  },
  { name: "secret", group: setup, summary: "Stored secrets" },
  {
    name: "secret set",
    group: setup,
    summary: "Store a secret",
    load: () => import("../commands/secret/set.ts"),
  },
  {
    name: "secret list",
    group: setup,
    summary: "List stored secrets by name and fingerprint",
    load: () => import("../commands/secret/list.ts"),
  },
  {
    name: "secret remove",
    group: setup,
    summary: "Remove a stored secret",
    load: () => import("../commands/secret/remove.ts"),
  },
  {
    name: "completion",
    group: setup,
    summary: "Print a completion script for bash, zsh or fish",
    load: () => import("../commands/completion/command.ts"),
  },
  {
    name: "__complete",
    group: setup,
    hidden: true,
    summary: "Candidates for the shell's completion",
    load: () => import("../commands/completion/complete.ts"),
  },
];
