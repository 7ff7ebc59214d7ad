// Writes docs/providers.md from the profiles; checked by test/providers/docs.test.ts.
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtInProfiles } from "../src/providers/index.ts";
import { isAssumed, schemesOf, valueOf, windowText } from "../src/providers/profile.ts";
import { placeName, placesOf } from "../src/providers/place.ts";
import { capitalized } from "../src/values/sentence.ts";
import type { Fact, Locator, Profile, Scheme, TimestampRule } from "../src/providers/profile.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(" | ")} |`).join("\n");

const factRow = <T>(fact: Fact<T>, text: string): readonly [string, string] =>
  isAssumed(fact) ? [text, `assumed: ${fact.why}`] : [text, ""];

const place = (locator: Locator): string =>
  "header" in locator
    ? `header \`${locator.header}\``
    : "json" in locator
      ? `\`${locator.json}\``
      : `form field \`${locator.form}\``;

/** Where a scheme puts its signature, for the table. */
const signatureIn = (scheme: Scheme): string =>
  placesOf(scheme)
    .map((one) => ("header" in one ? `\`${one.header}\`` : placeName(one)))
    .join(" or ");

const units: Readonly<Record<string, string>> = {
  s: "seconds",
  ms: "milliseconds",
  iso: "ISO 8601",
  "http-date": "HTTP date",
  opaque: "any text",
};

/** A note saying why the timestamp limits are assumed. */
const windowDoubt = ({ past, future }: TimestampRule): string => {
  const reasons = new Set([past, future].flatMap((one) => (isAssumed(one) ? [one.why] : [])));
  return reasons.size === 0 ? "" : ` (assumed: ${[...reasons].join("; ")})`;
};

const schemes = (profile: Profile): string => {
  const list = schemesOf(profile);
  if (list === undefined)
    return `**Not documented**: ${"undocumented" in profile.schemes ? profile.schemes.undocumented : ""}. Pass the header and its format with \`--signature-header\` and \`--signature-form\`; hookproof does not guess them.`;
  const doubt =
    "undocumented" in profile.schemes || !isAssumed(profile.schemes) ? "" : `\n\nAssumed: ${profile.schemes.why}.`;
  const rows = list.map((scheme) => {
    const rule = scheme.timestamp;
    const time =
      rule === undefined
        ? "none"
        : `${[rule.unit]
            .flat()
            .map((unit) => units[unit])
            .join(" or ")}, ${windowText(rule)}${windowDoubt(rule)}`;
    return [scheme.name, signatureIn(scheme), scheme.summary, time];
  });
  return table(["scheme", "place", "value", "timestamp"], rows) + doubt;
};

const delivery = (profile: Profile): string => {
  const { delivery: policy, envelope } = profile;
  const list = (fact: Fact<readonly (string | number)[]>): readonly [string, string] =>
    factRow(fact, valueOf(fact).join(", ") || "none");
  const rows: readonly (readonly string[])[] = [
    ["HTTPS only", ...factRow(policy.httpsOnly, valueOf(policy.httpsOnly) ? "yes" : "no")],
    ["timeout", ...factRow(policy.timeout, valueOf(policy.timeout))],
    ["attempts", ...factRow(policy.attempts, String(valueOf(policy.attempts)))],
    ["delays", ...list(policy.delays)],
    ["retried", ...list(policy.retry)],
    ...(policy.terminal === undefined ? [] : [["never retried", ...list(policy.terminal)]]),
    ["any other response", ...factRow(policy.otherwise, valueOf(policy.otherwise))],
    ...(policy.retryAfter === undefined
      ? []
      : [["`Retry-After`", ...factRow(policy.retryAfter, valueOf(policy.retryAfter) ? "honored" : "ignored")]]),
    ...(policy.terminalEvent === undefined
      ? []
      : [["after the last attempt", `sends \`${policy.terminalEvent}\``, ""]]),
    ["event id", envelope.id.map(place).join(", ") || "not sent", ""],
    ["event type", envelope.type.map(place).join(", ") || "not sent", ""],
    ["deduplicate by", ...factRow(envelope.dedupe, valueOf(envelope.dedupe).map(place).join(" + ") || "nothing")],
    ...(profile.attempt === undefined
      ? []
      : [
          [
            "attempt number",
            `\`${profile.attempt.header}\`, starting at ${profile.attempt.first}`,
            profile.attempt.onFirst ? "" : "on retries only",
          ],
        ]),
  ];
  return table(["delivery", "value", "note"], rows);
};

/** The parts of the platform's API that hookproof calls or simulates. */
const endpoints = (all: NonNullable<Profile["endpoints"]>): string =>
  table(
    ["API", "route", "credentials", "success status", "note"],
    Object.entries(all).map(([name, { method, path, auth, baseUrl, success }]) => {
      const doubts = [baseUrl, success].flatMap((one) => (one === undefined || !isAssumed(one) ? [] : [one.why]));
      const notes = [...new Set(doubts)].map((why) => `assumed: ${why}`).join("; ");
      return [name, `\`${method} ${path}\``, auth, valueOf(success).join(", "), notes];
    }),
  );

const section = (profile: Profile): string =>
  [
    `## ${profile.id}`,
    `${profile.name}: ${profile.summary}.${profile.aliases === undefined ? "" : ` Also ${profile.aliases.map((one) => `\`${one}\``).join(", ")}.`} Source: ${profile.source.document}${profile.source.updated === undefined ? "" : `, updated ${profile.source.updated}`}.`,
    schemes(profile),
    delivery(profile),
    table(
      ["event type", "sent when"],
      profile.events.map(({ type, when }) => [`\`${type}\``, when]),
    ),
    ...(profile.samplesAssumed === undefined ? [] : [`The samples are assumed: ${profile.samplesAssumed}.`]),
    ...(profile.challenges ?? []).map(
      ({ name, request: { method }, source }) =>
        `Before it sends events, ${profile.name} checks the endpoint with a challenge: ${name} (\`${method}\`; source: ${source}). \`listen\` responds to it, and \`send --challenge\` sends it.`,
    ),
    ...(profile.endpoints === undefined ? [] : [endpoints(profile.endpoints)]),
    ...(profile.troubleshooting.length === 0
      ? []
      : [
          table(
            ["you see", "likely cause", "what to do"],
            profile.troubleshooting.map((row) => [
              [...row.on, ...(row.symptom === undefined ? [] : [row.symptom])].join(", "),
              row.cause,
              row.next,
            ]),
          ),
        ]),
    ...(profile.notes === undefined ? [] : [profile.notes.map((note) => `- ${note}`).join("\n")]),
    `**Sources.** ${Object.entries(profile.sources)
      .map(([group, from]) => `${capitalized(group)}: ${from}.`)
      .join(" ")}`,
  ].join("\n\n");

/** What people look for first: the header, the timeout, and how many attempts. */
const overview = (profiles: readonly Profile[]): string =>
  table(
    ["`-p`", "platform", "signature in", "timestamp signed", "timeout", "attempts"],
    profiles.map((profile) => {
      const list = schemesOf(profile);
      const assumption = (fact: Fact<unknown>): string => (isAssumed(fact) ? " *" : "");
      const { timeout, attempts } = profile.delivery;
      return [
        `[${profile.id}](#${profile.id})`,
        profile.name,
        list === undefined ? "not documented" : [...new Set(list.map(signatureIn))].join(", "),
        list?.some(({ timestamp }) => timestamp !== undefined) === true ? "yes" : "no",
        `${valueOf(timeout)}${assumption(timeout)}`,
        `${valueOf(attempts)}${assumption(attempts)}`,
      ];
    }),
  ) + "\n\n\\* assumed: the document does not say.";

/** The full text of docs/providers.md. */
export const providerDocs = (): string => `# Providers

What hookproof knows about each platform, and which document each fact comes from; \`hookproof providers show ID\` prints the same.
If a document does not say something, the value is marked *assumed*, with the reason. To add your own platform, write
[a few lines of JSON](profiles.md).

${overview(builtInProfiles())}

${builtInProfiles().map(section).join("\n\n")}

This page is generated from \`src/providers/\` by \`npm run docs\`.
`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(fileURLToPath(new URL("../docs/providers.md", import.meta.url)), providerDocs());
}
