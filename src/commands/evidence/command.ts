import { command } from "../../cli/command.ts";
import type { Values } from "../../cli/command.ts";
import { collectEvidence } from "./input.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, flag, grouped, option, optionOr, repeated, requiredOption } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { keyInputs } from "../shared/keys.ts";
import { networkInputs } from "../shared/network.ts";
import { publicEndpoint } from "../shared/targets.ts";
import { choice, instant } from "../../cli/value-parsers.ts";
import { isEntryId } from "../../evidence/entry-event.ts";
import { evidenceView } from "./view.ts";

const inputs = {
  provider: shared.provider,
  secret: shared.secret,
  ...keyInputs,
  ...grouped("Support case", {
    event: requiredOption(
      "--event <id>",
      "id of the failed event, such as evt_8f2c41 (not its type), or of its DLQ entry",
      asText,
    ),
    handle: option("--handle <handle>", "name or id of your account on the platform (for 10x: its handle)"),
    subscription: option("--subscription <id>", "the webhook subscription"),
    url: option("--url <url>", "the receiver's public URL", (text) => publicEndpoint(text).url),
    failedAt: option("--failed-at <time>", "failure time, if no source records it", instant),
    caseId: option("--case-id <id>", "the support case's number or id"),
    note: option("--note <text>", "a note for the reader"),
  }),
  ...grouped("Sources", {
    from: repeated("--from <source>", "captures, HAR, delivery log or DLQ (default: your own); repeatable"),
    receiverLog: repeated("--receiver-log <file>", "access or application log, optionally gzipped; repeatable"),
    deploys: option(
      "--deploys <git|file>",
      "recent changes, from a git repository or a file with lines such as '2026-06-19T11:40:00Z v1.4.2 what changed'",
    ),
    probe: flag("--probe", "also check the connection to the receiver, as doctor does"),
  }),
  ...grouped("Archive", {
    output: option(
      "-o, --output <file>",
      "the archive to write; an existing file is kept, unless it is an incomplete bundle of this event",
    ),
    force: flag("--force", "overwrite the --output file, whatever it contains"),
    body: optionOr(
      "--body <mode>",
      "how much of each body goes in: shape (keys and types), redacted or full",
      "shape" as const,
      choice("shape", "redacted", "full"),
    ),
    keep: repeated("--keep <name>", "do not mask what this rule, header or key names; repeatable"),
    rules: option("--rules <file>", "your own redaction rules"),
    dryRun: flag("--dry-run", "show the contents, write nothing"),
  }),
  ...grouped("Network", {
    ...networkInputs,
    insecure: flag("-k, --insecure", "record in the bundle that TLS verification was off"),
  }),
} as const;

/** The parsed options of `evidence`. */
export type EvidenceInput = Values<typeof inputs>;

/** `hookproof evidence`: builds a redacted bundle with everything support asks for about one event. */
export default command({
  summary: "Build a complete, redacted evidence bundle about one event",
  details:
    "Looks for the event in captures, deliveries, dead letters and receiver logs, verifies its signature, and writes a zip with a summary, a report, and everything support asks for. Secrets and personal data are masked, and nothing is uploaded.",
  inputs,
  examples: [
    "hookproof evidence -p 10x --event evt_8f2c41 --handle acme --subscription sub_91 --receiver-log /var/log/nginx/access.log --deploys git -o case-4711.zip",
    "hookproof evidence -p stripe --event evt_1Q8 --from captures.ndjson --url https://acme.example/hooks --probe --dry-run",
  ],
  instead: ([id = ""]) => (isEntryId(id) ? `hookproof evidence --event ${id} -o case.zip` : undefined),
  view: evidenceView,
  async run(context, input) {
    const { bundle, output, displayName, dryRun, overwrite } = await collectEvidence(context, input);
    if (!dryRun && output !== undefined) {
      const { writeNew } = await import("../../evidence/bundle/archive.ts");
      await writeNew(output, displayName, bundle.zip, context.randomBytes(6).toString("hex"), overwrite);
    }
    const { report } = bundle;
    return {
      data: {
        file: dryRun ? null : displayName,
        bytes: bundle.zip.length,
        manifestSha256: bundle.manifestSha256,
        complete: bundle.complete,
        dryRun,
        conclusion: report.conclusion,
        items: report.items,
        files: bundle.files.map(({ name, data }) => ({ name, bytes: data.length })),
        attempts: report.attempts.length,
        logLines: report.log.length,
        masked: bundle.redactions.reduce((sum, { count }) => sum + count, 0),
        problems: report.problems,
      },
      exit: bundle.complete ? Exit.yes : Exit.no,
    };
  },
});
