import { asText, grouped, option, repeated } from "../../cli/inputs.ts";
import type { Completion, Input } from "../../cli/inputs.ts";
import { assignment, duration, headerText, methodName } from "../../cli/value-parsers.ts";

const provider = (summary: string, completes: Completion): Input<string | undefined> =>
  option("-p, --provider <id>", summary, asText, { completes });

/** Inputs shared by many commands. */
export const shared = {
  ...grouped("Provider and secret", {
    provider: provider("platform profile (see `hookproof providers`)", "provider"),
    providerOrAuto: provider("platform profile, or auto to detect it from the headers", "provider-or-auto"),
    secret: repeated(
      "--secret <ref>",
      "env:NAME, file:PATH, store:NAME or the secret itself; pass several during rotation",
      asText,
      { completes: "secret" },
    ),
    scheme: option(
      "--scheme <name>",
      "use this scheme of the profile (hubspot: v3, v2, v1; salesos: hex, prefixed, base64)",
    ),
    signatureHeader: option(
      "--signature-header <name>",
      "signature header, if the platform does not document it (apex)",
    ),
    signatureForm: option(
      "--signature-form <form>",
      "format of the signature: hex, base64, or with a prefix such as sha256=hex",
    ),
    verifyToken: option(
      "--verify-token <ref>",
      "the token that a platform's challenge carries (Meta): env:NAME, file:PATH or store:NAME",
      asText,
      { completes: "secret" },
    ),
    tolerance: option(
      "--tolerance <duration>",
      "accept timestamps this far off, instead of the platform's tolerance",
      duration,
    ),
  }),
  ...grouped("Payload and headers", {
    header: repeated("-H, --header <line>", "a header 'Name: value'; repeatable", headerText),
    set: repeated(
      "--set <path=value>",
      "change one value of the sample or payload; every other byte stays",
      assignment,
    ),
    data: option("-d, --data <text>", "the body itself; @FILE is the file's bytes, @- standard input", (text) => text),
    event: option("--event <type>", "event type, such as those `hookproof events ID` lists", asText, {
      completes: "event",
    }),
    url: option("--url <url>", "the endpoint's public URL, for schemes that sign it"),
    method: option("--method <method>", "HTTP method (default: POST)", methodName),
  }),
} as const;
