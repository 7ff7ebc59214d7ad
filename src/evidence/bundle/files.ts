import { toHar } from "../../formats/har-write.ts";
import { isoInstant } from "../../values/instant.ts";
import { logText, summaryMarkdown } from "../report/markdown.ts";
import type { Report } from "../report/model.ts";
import { reproScript } from "../report/repro.ts";
import type { Findings, MakeOptions } from "./make.ts";
import type { Presenter } from "./present.ts";

/** Indented JSON with a trailing newline. */
export const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** The text files of the bundle, in packing order; redactions and manifest are added later. */
export const filesOf = (
  findings: Findings,
  options: MakeOptions,
  report: Report,
  show: Presenter,
  html: string,
): readonly { readonly name: string; readonly text: string }[] => {
  const { gathered, diagnosis, probe } = findings;
  const responses = new Map(
    [...gathered.responses]
      .filter(([id]) => gathered.records.some(({ record }) => record.id === id))
      .map(([id, response]) => [id, show.response(response)]),
  );
  const har = toHar(
    gathered.records.map(({ record }) => show.record(record)),
    { version: options.version, responses },
  );
  return [
    { name: "SUMMARY.md", text: summaryMarkdown(report) },
    { name: "report.html", text: html },
    {
      name: "diagnosis.json",
      text: json({
        provider: report.provider.id,
        eventId: report.eventId,
        eventType: report.eventType,
        conclusion: report.conclusion,
        items: report.items,
        signature:
          diagnosis === null
            ? null
            : show.data(
                { ...diagnosis.verdict, judged: diagnosis.request, secrets: diagnosis.secrets },
                "diagnosis.json",
                "signature",
              ),
        salt: options.salt.toString("hex"),
        digests:
          "HMAC-SHA256 keyed with the hex-decoded salt, over the exact bytes; fingerprints are its first 8 digits",
        changes: report.deploys.map((one) => ({ ...one, at: isoInstant(one.at) })),
        tried: report.tried,
        problems: report.problems,
      }).toString(),
    },
    {
      name: "deliveries.ndjson",
      text: report.attempts.map((one) => `${JSON.stringify({ ...one, at: isoInstant(one.at) })}\n`).join(""),
    },
    {
      name: "captures.har",
      text: json({ log: { ...har.log, comment: `masked by hookproof; bodies: ${options.bodyMode}` } }).toString(),
    },
    { name: "receiver.log", text: logText(report) },
    {
      name: "environment.json",
      text: json({
        ...options.environment,
        tlsVerified: !options.insecure,
        probe: probe === null ? null : show.data(probe, "environment.json", "probe"),
      }).toString(),
    },
    { name: "repro.sh", text: reproScript(report) },
  ];
};
