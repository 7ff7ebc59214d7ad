import { existsSync } from "node:fs";
import { join } from "node:path";
import { HookproofError } from "../../errors.ts";
import { oneOf } from "../../values/count.ts";
import { onAbort } from "../../values/abort.ts";
import { formatNames } from "../../formats/formats.ts";
import { stream } from "../../cli/command.ts";
import type { Values } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Exit } from "../../cli/exit.ts";
import { asText, flag, grouped, option, restArgument } from "../../cli/inputs.ts";
import { queueForms } from "../../dlq/engines.ts";
import { inspectorInputs } from "../shared/inspector.ts";
import { shared } from "../shared/inputs.ts";
import { networkInputs } from "../shared/network.ts";
import { inspectView } from "./view.ts";

const inputs = {
  files: restArgument(
    "[files...]",
    `${oneOf([...formatNames, "evidence bundle"])}; several at once (default: your captures)`,
  ),
  ...grouped("Event selection", {
    dlq: option("--dlq <queue>", `inspect a dead-letter queue: ${queueForms}`, asText, { aliases: ["--from"] }),
    endpoint: option("--endpoint <url>", "use this SQS-compatible server instead of AWS"),
  }),
  provider: shared.providerOrAuto,
  secret: shared.secret,
  scheme: shared.scheme,
  signatureHeader: shared.signatureHeader,
  signatureForm: shared.signatureForm,
  tolerance: shared.tolerance,
  ...grouped("Inspector", {
    ...inspectorInputs,
    forwardAnywhere: flag("--forward-anywhere", "allow resending requests to other machines"),
  }),
  ...grouped("Network", {
    insecure: flag("-k, --insecure", "do not verify TLS certificates when resending"),
    ...networkInputs,
  }),
} as const;

/** The parsed options of `inspect`. */
export type InspectInput = Values<typeof inputs>;

/** `hookproof inspect`: shows stored requests in the browser. */
export default stream({
  summary: "Browse stored requests: see why they fail, compare, resend",
  details:
    "Serves the inspector on this machine only, until Ctrl-C. Opens captures, HAR files, requests in any format that `hookproof verify` reads, evidence bundles, or a dead-letter queue. Files stay as they are; a queue changes only when you replay from it.",
  stopsOnSignal: true,
  inputs,
  examples: [
    "hookproof inspect captures.ndjson -p 10x --secret env:WEBHOOK_SECRET --open",
    "hookproof inspect failing.har request.http",
    "hookproof inspect --dlq redis://localhost/0?stream=dead",
  ],
  view: inspectView,
  async *run(context, given) {
    const input = { ...given, files: filesOf(context, given) };
    if (input.files.length > 0 === (input.dlq !== undefined))
      throw new HookproofError(
        "usage",
        input.dlq === undefined ? "no file given" : "files and --dlq cannot be combined",
        {
          hint: "pass captures, HAR files or other requests, or one --dlq QUEUE",
        },
      );
    const { openInspection } = await import("./open.ts");
    const inspection = await openInspection(context, input);
    try {
      yield { type: "ready" as const, ui: inspection.url, sources: inspection.sources };
      await new Promise<void>((resolve) => {
        if (context.signal.aborted) resolve();
        else onAbort(context.signal, resolve);
      });
      return Exit.yes;
    } finally {
      await inspection.stop();
    }
  },
});

/** The files given, or else the user's own captures. */
const filesOf = (context: Context, { files, dlq }: InspectInput): readonly string[] => {
  if (files.length > 0 || dlq !== undefined) return files;
  const path = join(context.folders.data, "captures.ndjson");
  if (!existsSync(path)) return [];
  context.note(`reading ${path}`);
  return [path];
};
