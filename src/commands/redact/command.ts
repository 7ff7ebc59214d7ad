import { pluralize } from "../../values/count.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HookproofError } from "../../errors.ts";
import type { Secret } from "../../values/secret.ts";
import { stream } from "../../cli/command.ts";
import type { Values } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, flag, grouped, option, repeated, restArgument } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import type { Draft } from "./masking.ts";
import { targetsOf } from "./outputs.ts";
import type { Target } from "./outputs.ts";
import { reportView } from "./view.ts";
import type { RedactReport } from "./view.ts";

const inputs = {
  files: restArgument("<files...>", "HARs, captures, logs, curl commands; - for standard input"),
  ...grouped("Output", {
    output: option("-o, --output <path>", "output file, or folder for several (default: standard output)"),
    suffix: option(
      "--suffix <text>",
      "write each output next to its input, with this before the extension: -redacted makes app-redacted.har",
      asText,
      {
        conflicts: ["output"],
      },
    ),
    force: flag("--force", "overwrite existing files, but never an input file"),
    check: flag("--check", "only report what would be masked; exit 1 if anything would be", {
      conflicts: ["output", "suffix"],
    }),
  }),
  secret: shared.secret,
  rules: option("--rules <file>", "your own redaction rules"),
  keep: repeated("--keep <name>", "do not mask what this rule, header or key names; repeatable"),
} as const;

type RedactInput = Values<typeof inputs>;

/** Output of `redact`: bytes of the masked file, or the report. */
type RedactEvent =
  | { readonly type: "bytes"; readonly bytes: Buffer }
  | { readonly type: "report"; readonly report: RedactReport };

/** `hookproof redact`: masks a file so that it can be attached to a public issue. */
export default stream({
  summary: "Mask secrets and personal data in HARs, captures, logs and curl commands",
  details:
    "Uses the rules of evidence bundles, and masks every secret hookproof knows, in any encoding. A HAR stays a HAR, a capture stays a capture. Ids, times and statuses are kept.",
  inputs,
  examples: [
    "hookproof redact session.har -o session-public.har",
    "hookproof redact captures.ndjson app.log --suffix -redacted",
    "docker logs api 2>&1 | hookproof redact - > api.log",
    "hookproof redact --check fixtures/*.har",
  ],
  view: (event: RedactEvent, paint) => (event.type === "bytes" ? event.bytes : reportView(event.report, paint)),
  jsonLines: (event: RedactEvent) => (event.type === "report" ? [event.report] : []),
  async *run(context, input) {
    const targets = await targetsOf(context, input);
    const toStdout = targets.some(({ output }) => output === "-");
    if (toStdout && context.flags.json)
      throw new HookproofError(
        "usage",
        "--json prints the report to standard output, where the masked file would go too",
        {
          hint: "add -o FILE, --suffix TEXT or --check",
        },
      );
    const secrets = await secretsOf(context, input);
    const redactor = await redactorFor(context, input, secrets);
    const { draftOf, finished } = await import("./masking.ts");
    const { isInsideBatch } = await import("../../evidence/redact/stream.ts");
    const folder = await mkdtemp(join(tmpdir(), "hookproof-redact-"));
    const progress = context.progress("masking");
    try {
      const drafts: (Target & Draft)[] = [];
      for (const [number, target] of targets.entries())
        drafts.push({ ...target, ...(await draftOf(context, target.file, number, { redactor, secrets, folder })) });
      for (const draft of drafts) {
        const bytes = finished(draft, draft.file, redactor);
        if (draft.output === null) for await (const _ of bytes);
        else if (draft.output === "-") for await (const one of bytes) yield { type: "bytes", bytes: one };
        else await write(context, draft.output, bytes, input.force);
      }
      const redactions = redactor.counts().filter(isInsideBatch);
      const files = drafts.map(({ file, kind, output }) => ({
        file,
        kind,
        output,
        masked: redactions.reduce((sum, row) => (row.file === file ? sum + row.count : sum), 0),
      }));
      progress.stop();
      const report: RedactReport = { files, check: input.check, redactions };
      if (toStdout) for (const { file, masked } of files) context.note(`${file}: ${pluralize(masked, "value")} masked`);
      else yield { type: "report", report };
      return input.check && redactions.length > 0 ? Exit.no : Exit.yes;
    } finally {
      progress.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
});

const write = async (
  context: Context,
  output: string,
  bytes: AsyncIterable<Buffer>,
  overwrite: boolean,
): Promise<void> => {
  const { writeNew } = await import("../../evidence/bundle/archive.ts");
  await writeNew(context.path(output), output, bytes, context.randomBytes(6).toString("hex"), overwrite);
};

/** All known secrets, because a file may contain any of them. */
const secretsOf = async (context: Context, { secret }: RedactInput): Promise<readonly Secret[]> => {
  const own = secret.length === 0 ? [] : await context.secrets(secret, undefined);
  const all = [...own, ...(await context.secrets([], undefined)), ...(await context.otherSecrets())];
  return [...new Map(all.map((one) => [one.fingerprint, one])).values()];
};

const redactorFor = async (context: Context, { rules, keep }: RedactInput, secrets: readonly Secret[]) => {
  const [{ makeRedactor }, { profilesRedaction }, { readRulesFile, withKept }] = await Promise.all([
    import("../../evidence/redact/redactor.ts"),
    import("../../evidence/bundle/policy.ts"),
    import("../../evidence/redact/rules-file.ts"),
  ]);
  const file =
    rules === undefined
      ? undefined
      : await readRulesFile((await context.readInput(rules, "settings")).toString("utf8"), rules);
  const own = withKept(file, keep);
  const policy = profilesRedaction(await context.profiles());
  return makeRedactor({
    key: context.randomBytes(32),
    secrets,
    rules: [...own.rules, ...policy.rules],
    allow: { ...own.allow, headers: [...policy.allow.headers, ...own.allow.headers] },
  });
};
