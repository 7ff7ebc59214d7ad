import type { Context } from "../../cli/context.ts";
import { flag, option } from "../../cli/inputs.ts";
import { wholeNumber } from "../../cli/value-parsers.ts";
import type { EvidenceInput } from "../evidence/command.ts";
import type { Serving } from "../../inspector/server.ts";
import type { Inspected } from "../../inspector/inspector.ts";
import type { Row, Saved } from "../../inspector/types.ts";

/** The options of every command that serves the inspector. */
export const inspectorInputs = {
  uiPort: option(
    "--ui-port <port>",
    "the inspector's port; 0 picks a free one (default: 8789, or any free port if that is taken)",
    wholeNumber(0, 65_535),
  ),
  open: flag("--open", "open the inspector in the browser"),
} as const;

/** Whether the options ask for the inspector; `--open` and `--ui-port` imply it. */
export const wantsInspector = (input: InspectorInput & { readonly ui: boolean }): boolean =>
  input.ui || input.open || input.uiPort !== undefined;

interface InspectorInput {
  readonly uiPort: number | undefined;
  readonly open: boolean;
}

/** Always the same port, so that a page left open reconnects to the next run. */
const defaultPort = 8789;

/**
 * Serves the inspector, and opens it in the browser if asked to.
 * @throws HookproofError `port-taken`, `no-permission`
 */
export const serve = async (context: Context, input: InspectorInput, inspected: Inspected): Promise<Serving> => {
  const [{ serveInspector }, { sessionKey }] = await Promise.all([
    import("../../inspector/server.ts"),
    import("../../inspector/session-key.ts"),
  ]);
  const newToken = (): string => context.randomBytes(32).toString("base64url");
  const serving = await serveInspector({
    inspected,
    port: input.uiPort ?? defaultPort,
    orAnother: input.uiPort === undefined,
    token: newToken(),
    sessionKey: sessionKey(context.folders.state, context.randomBytes),
    onProblem: context.warn,
  });
  if (input.open) (await import("./opener.ts")).openInBrowser(context, serving.urlToOpen(newToken()));
  return serving;
};

/** Writes a new file into the working folder. @throws HookproofError `output-exists`, `no-permission`, `disk-full` */
export const newFile =
  (context: Context): Inspected["writeNew"] =>
  async (name, data) => {
    const { writeNew } = await import("../../evidence/bundle/archive.ts");
    const path = context.path(name);
    await writeNew(path, name, data, context.randomBytes(6).toString("hex"));
    return path;
  };

/**
 * Returns a function that collects and saves an evidence bundle about a request's event from these sources.
 * @throws HookproofError
 */
export const startEvidence =
  (
    context: Context,
    judging: Pick<EvidenceInput, "secret" | "publicKey" | "offline">,
    from: readonly string[],
  ): NonNullable<Inspected["evidence"]> =>
  async ({ eventId, provider }: Row): Promise<Saved> => {
    const { collectEvidence } = await import("../evidence/input.ts");
    const { writeNew } = await import("../../evidence/bundle/archive.ts");
    const name = `evidence-${(eventId ?? "").replace(/[^\w-]+/g, "_").slice(0, 60)}-${context.randomBytes(3).toString("hex")}.zip`;
    const { bundle, output } = await collectEvidence(context, {
      ...nothingElse,
      provider: provider ?? undefined,
      ...judging,
      event: eventId ?? "",
      from,
      output: name,
    });
    if (output === undefined) return { files: [], text: "" };
    await writeNew(output, name, bundle.zip, context.randomBytes(6).toString("hex"));
    const missing = bundle.report.items.filter(({ status }) => status === "missing").map(({ title }) => title);
    const rest =
      missing.length === 0
        ? "It is complete."
        : `Support also asks for: ${missing.join(", ")}. hookproof evidence adds them.`;
    return { files: [output], text: `Saved as ${output}. ${rest}` };
  };

const nothingElse: Omit<EvidenceInput, "provider" | "secret" | "publicKey" | "offline" | "event" | "from" | "output"> =
  {
    handle: undefined,
    subscription: undefined,
    url: undefined,
    failedAt: undefined,
    caseId: undefined,
    note: undefined,
    receiverLog: [],
    deploys: undefined,
    probe: false,
    body: "shape",
    keep: [],
    rules: undefined,
    dryRun: false,
    force: false,
    cacert: undefined,
    cert: undefined,
    key: undefined,
    proxy: undefined,
    http2: false,
    insecure: false,
  };
