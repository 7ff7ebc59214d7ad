import { eventOf } from "../providers/event.ts";
import { requestOf } from "../formats/capture.ts";
import { isoInstant } from "../values/instant.ts";
import { hasFailed } from "./attempts.ts";
import type { LogLine } from "./logs/select.ts";
import type { Case, ChangeEvidence, Gathered, Item, ItemId, LogEvidence, SeenAttempt } from "./types.ts";
import { pluralize } from "../values/count.ts";
import { receivedUrl } from "./url.ts";

/** The items required unless a profile lists its own (10x.txt requires all eight). */
const usuallyRequired: readonly ItemId[] = ["event", "receiver", "time", "log", "traffic"];

const titles: Readonly<Record<ItemId, string>> = {
  handle: "Handle",
  subscription: "Subscription",
  event: "Event id",
  receiver: "Receiver hostname and path",
  time: "Failure time (UTC)",
  log: "Receiver log with the returned status",
  traffic: "Test or live traffic",
  changes: "Recent deploys or configuration changes",
};

/** What the items are derived from. */
interface ItemSources {
  readonly gathered: Gathered;
  readonly attempts: readonly SeenAttempt[];
  readonly log: LogEvidence | null;
  readonly changes: ChangeEvidence | null;
  readonly receiver: Receiver | null;
}

/** Where the platform delivers to. */
export interface Receiver {
  /** The URL with its query; masked before it is shown. */
  readonly url: string;
  readonly hostname: string;
  /** With its port where it is not the scheme's default. */
  readonly host: string;
  readonly path: string;
  readonly source: string;
}

interface ItemContent {
  readonly value: string;
  readonly source: string;
}

/** The eight things that the 10x document asks to capture before escalating, each collected or missing. */
export const itemsOf = (facts: Case, sources: ItemSources): readonly Item[] => {
  const required = facts.profile.support?.required ?? usuallyRequired;
  const contents: Readonly<Record<ItemId, ItemContent | null>> = {
    handle: handleOf(facts, sources),
    subscription: facts.subscription === null ? null : { value: facts.subscription, source: "--subscription" },
    event: { value: facts.eventId, source: "--event" },
    receiver:
      sources.receiver === null
        ? null
        : { value: `${sources.receiver.host}${sources.receiver.path}`, source: sources.receiver.source },
    time: timeOf(facts, sources),
    log: logOf(sources),
    traffic: trafficOf(facts, sources),
    changes: changesOf(sources),
  };
  const hints = howTo(facts, sources);
  return itemIds.map((id) => {
    const content = contents[id];
    return {
      id,
      title: titles[id],
      status: content === null ? "missing" : "collected",
      required: required.includes(id),
      value: content?.value ?? null,
      source: content?.source ?? null,
      how: content === null ? hints[id] : null,
    };
  });
};

const itemIds = ["handle", "subscription", "event", "receiver", "time", "log", "traffic", "changes"] as const;

/**
 * The receiver as the platform calls it, taken from the user, the sender's records, the received request, or the
 * project's endpoint, in this order.
 */
export const receiverOf = (facts: Case, gathered: Gathered): Receiver | null => {
  const last = gathered.records.at(-1);
  const captured = last === undefined ? undefined : receivedUrl(requestOf(last.record));
  const choices = [
    { url: facts.url, source: "--url" },
    { url: gathered.url, source: gathered.urlSource ?? "" },
    { url: captured ?? null, source: last?.source ?? "" },
    { url: facts.endpoint, source: "the project's endpoint" },
  ];
  for (const { url, source } of choices) {
    const parsed = url === null ? null : URL.parse(url);
    if (url !== null && parsed !== null && parsed.hostname !== "")
      return { url, hostname: parsed.hostname, host: parsed.host, path: parsed.pathname, source };
  }
  return null;
};

/** The last failed attempt's time, or the one that the user gave. */
export const failureTime = (facts: Case, attempts: readonly SeenAttempt[]): number | null =>
  facts.failedAt ?? attempts.findLast((attempt) => hasFailed(attempt) === true)?.at ?? null;

const handleOf = (facts: Case, { gathered }: ItemSources): ItemContent | null => {
  if (facts.handle !== null) return { value: facts.handle, source: "--handle" };
  const locator = facts.profile.support?.handle;
  if (locator === undefined) return null;
  for (const { record, source } of gathered.records) {
    const found = eventOf(requestOf(record), {
      ...facts.profile,
      envelope: { ...facts.profile.envelope, id: [locator] },
    }).id;
    if (found !== null) return { value: found, source };
  }
  return null;
};

const timeOf = (facts: Case, { attempts }: ItemSources): ItemContent | null => {
  if (facts.failedAt !== null) return { value: isoInstant(facts.failedAt), source: "--failed-at" };
  const failed = attempts.filter((attempt) => hasFailed(attempt) === true);
  const [first, last] = [failed[0], failed.at(-1)];
  if (first === undefined || last === undefined) return null;
  const span = failed.length > 1 ? ` (first ${isoInstant(first.at)}, ${failed.length} attempts)` : "";
  return { value: `${isoInstant(last.at)}${span}`, source: last.sources.join(", ") };
};

const logOf = ({ log }: ItemSources): ItemContent | null => {
  const usefulLines = linesWithStatus(log);
  const [first] = usefulLines;
  const statuses = statusesOf(usefulLines);
  // Lines without a time may belong to any request of that path, unless they all have the same status.
  if (first === undefined || (first.why === "path" && statuses.length > 1)) return null;
  const what = first.why === "path" ? `of ${first.facts.path ?? "its path"}, without a time, ` : "";
  return {
    value: `${pluralize(usefulLines.length, "line")} ${what}showing ${statuses.join(", ")}`,
    source: `${first.file} line ${first.number}${usefulLines.length > 1 ? " and following" : ""}`,
  };
};

const linesWithStatus = (log: LogEvidence | null): readonly LogLine[] =>
  log?.lines.filter(({ why, facts }) => why !== "around" && facts.status !== null) ?? [];

const statusesOf = (lines: readonly LogLine[]): readonly string[] => [
  ...new Set(lines.map(({ facts }) => String(facts.status))),
];

/** What is missing from a log that was already read, so that the user isn't just asked for the log again. */
const logMissing = ({ log, receiver }: ItemSources, eventId: string): string => {
  if (log === null)
    return `add --receiver-log with the access or application log that shows the response to ${eventId} (add --failed-at and --url if it does not name the event)`;
  const files = log.files.join(", ");
  const was = log.files.length === 1 ? "was" : "were";
  const untimed = linesWithStatus(log);
  if (untimed.length > 0)
    return `${files} ${was} read: ${pluralize(untimed.length, "line")} about ${receiver?.path ?? "the path"} show ${statusesOf(untimed).join(", ")} but no time, so none can be assigned to ${eventId}`;
  if (log.naming === 0)
    return `${files} ${was} read, and no line of a known format mentions ${eventId} or its path at the time of an attempt (check --url and --failed-at; times without a zone are read as UTC)`;
  return log.unknown === null
    ? `${files} ${was} read, and no line that mentions ${eventId} shows a status; an access log would`
    : `${files} ${was} read, and no line of a known format mentions ${eventId}: ${log.unknown} does, but hookproof cannot read a status from its format`;
};

const trafficOf = ({ profile }: Case, { gathered, attempts }: ItemSources): ItemContent | null => {
  const tests = new Set(profile.support?.testTypes ?? []);
  const type = gathered.eventType;
  if (type === null) return null;
  const failed = attempts.some((attempt) => hasFailed(attempt) === true);
  // The platform's failure notification is neither a test nor live traffic.
  const others = gathered.failures.filter(({ eventType }) => eventType !== profile.delivery.terminalEvent);
  const all = [...others.map(({ eventType }) => eventType), ...(failed ? [type] : [])];
  const source = gathered.records[0]?.source ?? gathered.urlSource ?? "the sources";
  const { madeBy } = gathered;
  if (madeBy !== null) {
    const real = [...new Set(others.map(({ eventType }) => eventType))].slice(0, 4);
    return {
      value: `synthetic: sent by hookproof ${madeBy.command} (${type})${real.length > 0 ? `; other failures in the sources: ${real.join(", ")}` : ""}`,
      source: madeBy.source,
    };
  }
  const names = [...new Set(all)];
  const tested = names.filter((name) => tests.has(name));
  const live = names.filter((name) => !tests.has(name));
  if (names.length === 0)
    return { value: `${tests.has(type) ? "test" : "live traffic"} (${type}), no failure seen`, source };
  if (tested.length > 0 && live.length > 0)
    return { value: `both (${[...tested, ...live].slice(0, 4).join(", ")})`, source };
  return tested.length > 0
    ? { value: `test only (${tested.join(", ")}); no live failure in the sources`, source }
    : {
        value: `live traffic (${live.slice(0, 4).join(", ")})${tests.size > 0 ? `; no failed ${[...tests].join(", ")} in the sources` : ""}`,
        source,
      };
};

const changesOf = ({ changes }: ItemSources): ItemContent | null => {
  if (changes === null) return null;
  const count = changes.deploys.length;
  const span = `between ${isoInstant(changes.since).slice(0, 16)}Z and ${isoInstant(changes.until).slice(0, 16)}Z`;
  const last = changes.deploys[0];
  return {
    value: last === undefined ? `none ${span}` : `${count} ${span}, last ${last.kind} ${last.name}`.trimEnd(),
    source: changes.source,
  };
};

const howTo = ({ profile, eventId }: Case, sources: ItemSources): Readonly<Record<ItemId, string>> => {
  const tests = profile.support?.testTypes ?? [];
  return {
    handle:
      profile.support?.handle === undefined
        ? "add --handle with the name or id of your account on the platform"
        : "add --handle; it is in your dashboard's URL and in each payload",
    subscription: "add --subscription; the platform's webhook settings show it",
    event: "add --event; the payload and the platform's delivery list show it",
    receiver: "add --url with the endpoint registered on the platform, or --from with a DLQ that records it",
    time: "add --failed-at, or --from with captures or a DLQ that contain the failed attempts",
    log: logMissing(sources, eventId),
    traffic:
      tests.length > 0
        ? `add --from with a capture of the event; then send a ${tests.join(" or ")} and see whether it fails too`
        : "add --from with a capture or DLQ that has the event's type",
    changes: "run it in the receiver's repository with --deploys git, or pass a list: --deploys deploys.ndjson",
  };
};
