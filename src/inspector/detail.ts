import { stackOf } from "../diagnosis/fixes.ts";
import { acceptedInvalid } from "../listener/accepted-invalid.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { ForwardEvent, IdentityFlag } from "../listener/events.ts";
import { decodeBytes, requestUrl } from "../request/request.ts";
import { candidateOf } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { findingsOf, fixesOf } from "./explain.ts";
import type { Explanations } from "./explain.ts";
import { schemeFor, bodyPreview, headerRows, signedParts } from "./parts.ts";
import { attemptsOf, recordedAttempts, sameEvent, scheduleOf } from "./schedule.ts";
import type { Entry } from "./store.ts";
import type { Detail } from "./types.ts";

/** Everything about one request, as the page shows it. */
export const detailOf = async (desk: Desk, explanations: Explanations, entry: Entry): Promise<Detail> => {
  const { mask, store } = desk;
  const loaded = await desk.load(entry);
  const profile = candidateOf(desk, entry.row.provider)?.profile;
  const explained = loaded === undefined ? null : await explanations.of(entry, loaded);
  const { row } = entry;
  const headers = loaded?.request.headers ?? [];
  const scheme = profile === undefined ? undefined : schemeFor(profile, headers, explained?.verdict.scheme);
  const forwards = (await Promise.all(entry.forwards.map(desk.loadForward))).filter((one) => one !== undefined);
  const url = loaded === undefined ? undefined : requestUrl(loaded.request);
  const same = sameEvent(desk, entry);
  return {
    row,
    url: url === undefined ? null : mask.target(url),
    httpVersion: loaded?.request.httpVersion ?? null,
    remote: loaded?.remote ?? null,
    headers: headerRows(headers, scheme, mask),
    headerBytes: headers.reduce(
      (sum, [name, value]) => sum + name.length + value.length + 4,
      row.method.length + (loaded?.request.target.length ?? 0) + 14,
    ),
    body: loaded === undefined ? null : bodyPreview(loaded.request.body, headers, mask, loaded.overflow),
    signing:
      scheme === undefined ? null : { scheme: scheme.name, summary: scheme.summary, content: signedParts(scheme) },
    response:
      row.kind === null || row.pending
        ? null
        : { kind: row.kind, status: row.status, durationMs: row.durationMs ?? 0, sent: entry.sent },
    forwards: forwards.map((forward) => forwardRow(forward, desk)),
    verdict:
      explained === null
        ? null
        : {
            ...explained.verdict,
            findings: explained.verdict.findings.map((one) => ({ ...one, message: mask.text(one.message) })),
          },
    findings: explained === null ? [] : findingsOf(explained.verdict, desk),
    diff: explained?.diff ?? null,
    fixes: explained === null ? [] : fixesOf(explained.verdict),
    stack: stackOf(forwards.flatMap((forward) => forward.headers)) ?? stackOf(headers) ?? null,
    flags: [...(loaded?.flags ?? []).map(flagText), ...acceptedText(entry, explained?.verdict, forwards)],
    attempts: [...recordedAttempts(entry, loaded?.attempts ?? []), ...attemptsOf(desk, same)],
    schedule: scheduleOf(desk, same),
    resends: store.entries.filter((one) => one.row.resentFrom === row.id).map((one) => one.row.id),
  };
};

const forwardRow = (forward: ForwardEvent, { mask }: Desk): Detail["forwards"][number] => ({
  url: mask.target(forward.url),
  answers: forward.answers,
  status: forward.status,
  durationMs: forward.durationMs,
  headers: headerRows(forward.headers, undefined, mask),
  body: bodyPreview(decodeBytes(forward.body), forward.headers, mask),
  error: forward.error && mask.text(forward.error.message),
});

const acceptedText = (
  { row }: Entry,
  verdict: Verdict | undefined,
  forwards: readonly ForwardEvent[],
): readonly string[] => {
  const what = row.verdict.state === "invalid" ? acceptedInvalid(verdict, forwards) : undefined;
  return what === undefined ? [] : [`${what[0]?.toUpperCase()}${what.slice(1)}.`];
};

const flagText = (flag: IdentityFlag): string => {
  switch (flag.code) {
    case "id-changed":
      return `The same body arrived earlier as ${flag.was}. A retry must keep its id, or receivers cannot deduplicate it.`;
    case "body-changed":
      return "This id arrived earlier with a different body. A retry must repeat the body.";
    case "timestamp-reused":
      return `An earlier attempt had the same timestamp, ${flag.timestamp}. A retry must be re-signed.`;
  }
};
