import { spawn } from "node:child_process";
import { appendFile, writeFile } from "node:fs/promises";
import { defaultEventType } from "../../check/bodies.ts";
import { runChecks } from "../../check/runner.ts";
import { parseCaseIds } from "../../check/select.ts";
import { caseIds } from "../../check/types.ts";
import type { CaseId, CheckReport, Target } from "../../check/types.ts";
import { timeLimitMs } from "../../delivery/policy.ts";
import { HookproofError, fileError } from "../../errors.ts";
import { eventType } from "../../providers/samples.ts";
import { signingScheme } from "../../signature/sign.ts";
import { command } from "../../cli/command.ts";
import type { Values } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { delivering } from "../shared/delivery-inputs.ts";
import { grouped, option, optionalArgument, repeated } from "../../cli/inputs.ts";
import { shared } from "../shared/inputs.ts";
import { noteOwnKey, privateKeyFor, signingInputs } from "../shared/keys.ts";
import { profileFor } from "../shared/profile-input.ts";
import { checkView } from "./view.ts";
import type { CheckData } from "./view.ts";
import { authorizationFor, basicInput } from "../shared/basic.ts";
import { connectionFor, connectionInputs, endpointFor } from "../shared/targets.ts";
import { purposeOf, trustInputs } from "../shared/trust.ts";
import { verifyTokenOf } from "../shared/verify-token.ts";

const inputs = {
  url: optionalArgument("[url]", "the receiver: a URL, localhost:3000/hooks or 3000 (default: the project's)"),
  ...signingInputs,
  verifyToken: shared.verifyToken,
  ...grouped("Cases and results", {
    only: repeated("--only <cases>", "run only these cases (comma-separated)", parseCaseIds, { completes: caseIds }),
    skip: repeated("--skip <cases>", "skip these cases", parseCaseIds, { completes: caseIds }),
    effects: option(
      "--effects <cmd>",
      "command that prints how many events were applied; a duplicate must not raise it",
    ),
    junit: option("--junit <file>", "write the results as JUnit XML"),
    baseline: option("--baseline <file>", "failures listed in this file do not fail the run"),
    writeBaseline: option("--write-baseline <file>", "write this run's failures to a baseline and exit 0"),
  }),
  event: shared.event,
  header: shared.header,
  timeout: delivering.timeout,
  ...basicInput,
  ...connectionInputs,
  ...trustInputs,
} as const;

/** `hookproof check`: a battery of real deliveries that shows whether a receiver handles webhooks correctly. */
export default command({
  summary: "Test a webhook endpoint with real signed deliveries",
  details:
    "Sends valid deliveries, forgeries, retries, duplicates, unusual but valid payloads and a burst. Each case says what it proves, what it sent, what it observed and how to fix it; failures with the same cause are reported as one. A rejection is a 4xx that the platform does not retry. Pass a second --secret to test rotation.",
  inputs,
  examples: [
    "hookproof check localhost:3000/hooks -p 10x --secret env:WEBHOOK_SECRET",
    "hookproof check localhost:3000/hooks -p stripe --secret env:WHSEC --junit check.xml --skip survives-burst",
    "hookproof check localhost:3000/hooks -p github --secret env:S --only applies-once --effects 'cat count.txt'",
    "hookproof check https://localhost:8443/hooks -k -p agentflow --secret env:NEW --secret env:OLD --json",
  ],
  json: jsonOf,
  view: checkView,
  async run(context, input): Promise<{ data: CheckData; exit: typeof Exit.yes | typeof Exit.no }> {
    const { againstBaseline, baselineText, readBaseline } = await import("../../check/baseline.ts");
    const baseline =
      input.baseline === undefined
        ? undefined
        : readBaseline(await context.readInput(input.baseline, "settings"), input.baseline);
    const target = await targetFor(context, input);
    // Check before the first delivery that the report can be written.
    for (const file of [input.junit, input.writeBaseline]) if (file !== undefined) await write(context, file, "", "a");
    const report = await runCases(context, target, input);
    if (input.writeBaseline !== undefined) await write(context, input.writeBaseline, baselineText(report));
    if (report.passed + report.failed + report.interrupted === 0)
      context.warn("no case ran: this proves nothing about the receiver");
    const kept = baseline ?? new Set<string>();
    const { known, newFailures: fresh, fixed } = againstBaseline(report, kept);
    for (const id of fixed) context.warn(`${id} no longer fails: remove it from ${input.baseline ?? "the baseline"}`);
    const knownIds = new Set<string>(known);
    if (input.junit !== undefined) {
      const { junitText } = await import("../../check/junit.ts");
      await write(context, input.junit, junitText(report, knownIds, context.now()));
    }
    if (context.env["GITHUB_ACTIONS"] === "true") await reportToGitHub(context, report, knownIds);
    const isFine = fresh.length === 0 || input.writeBaseline !== undefined;
    return { data: { report, known: knownIds }, exit: isFine ? Exit.yes : Exit.no };
  },
});

/** Time for a process manager or container to restart a crashed receiver. */
const restartMs = 10_000;

type CheckInput = Values<typeof inputs>;

const targetFor = async (context: Context, input: CheckInput): Promise<Target> => {
  const profile = await profileFor(context, input);
  const endpoint = await endpointFor(context, input.url, input, purposeOf(profile));
  const [secret, ...rotated] = await context.needSecrets(input.secret, profile);
  noteOwnKey(context, profile, signingScheme(profile, secret, input.scheme), secret);
  const verifyToken = await verifyTokenOf(context, input.verifyToken);
  const { effects } = input;
  return {
    url: endpoint.url,
    profile,
    scheme: signingScheme(profile, secret, input.scheme),
    secret,
    key: await privateKeyFor(context, input.privateKey),
    rotated,
    ...(verifyToken === undefined ? {} : { verifyToken }),
    eventType: input.event === undefined ? defaultEventType(profile) : eventType(profile, input.event).type,
    extra: input.header,
    isSchemeChosen: input.scheme !== undefined,
    timeLimitMs: input.timeout ?? timeLimitMs(profile.delivery),
    restartMs,
    connection: {
      ...(await connectionFor(context, input)),
      ...(await authorizationFor(context, endpoint, input)),
    },
    effects: effects === undefined ? undefined : () => countOf(context, effects),
  };
};

const runCases = async (context: Context, target: Target, input: CheckInput): Promise<CheckReport> => {
  const progress = context.progress("checking");
  try {
    const done = new Set<CaseId>();
    return await runChecks(target, { only: input.only.flat(), skip: input.skip.flat() }, context, (id) => {
      progress.update(`${done.add(id).size} cases done, ${id} last`);
    });
  } finally {
    progress.stop();
  }
};

/** The fields documented in docs/json.md, and no others. */
function jsonOf({ report, known }: CheckData): unknown {
  return {
    ...report,
    cases: report.cases.map(({ proves: _proves, sent: _sent, ...one }) => ({
      ...one,
      ...(known.has(one.id) ? { known: true } : {}),
    })),
  };
}

const reportToGitHub = async (context: Context, report: CheckReport, known: ReadonlySet<string>): Promise<void> => {
  const { annotations, jobSummary } = await import("../../check/annotations.ts");
  for (const line of annotations(report, known)) context.annotate(line);
  const file = context.env["GITHUB_STEP_SUMMARY"] ?? "";
  if (file === "") return;
  try {
    await appendFile(file, jobSummary(report, known));
  } catch (error) {
    // A summary that can't be written must not change the job's result.
    context.warn(fileError(error, "write", file).message);
  }
};

const write = async (context: Context, path: string, text: string, flag: "a" | "w" = "w"): Promise<void> => {
  try {
    await writeFile(context.path(path), text, { flag });
  } catch (error) {
    throw fileError(error, "write", path);
  }
};

/** Timeout of the `--effects` command. */
const countLimitMs = 20_000;

/** Runs the user's command and parses the number it prints. @throws HookproofError `usage` */
const countOf = (context: Context, line: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(line, {
      shell: true,
      cwd: context.cwd,
      env: { ...context.env },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: countLimitMs,
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (output.length < 4096) output += chunk.toString("utf8");
    });
    const wrong = (what: string): void => reject(new HookproofError("usage", `--effects ${what}`));
    child.on("error", (error) => wrong(`cannot run: ${error.message}`));
    child.on("close", (code) => {
      if (code !== 0) wrong(code === null ? `did not finish within ${countLimitMs / 1000}s` : `ended with ${code}`);
      else if (!/^\d{1,15}$/.test(output.trim())) wrong(`printed '${output.trim().slice(0, 40)}', not a whole number`);
      else resolve(Number(output.trim()));
    });
  });
