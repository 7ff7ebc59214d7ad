import { eventOf } from "../providers/event.ts";
import type { Profile } from "../providers/profile.ts";
import { utf8Text } from "../request/request.ts";
import type { WebhookRequest } from "../request/request.ts";
import { formatDuration } from "../values/duration.ts";
import type { Examination } from "./examine.ts";
import { windowSeconds } from "./timestamp.ts";

/** What a person should know although the answer stands. */
export const notesOn = (request: WebhookRequest, profile: Profile, one: Examination): readonly string[] => {
  const notes: string[] = [];
  const locators = profile.envelope.type.length > 1 ? profile.envelope.type : [];
  const types = locators.map(
    (locator) => eventOf(request, { ...profile, envelope: { ...profile.envelope, type: [locator] } }).type,
  );
  const named = [...new Set(types.filter((type) => type !== null))];
  if (named.length > 1) {
    notes.push(
      `the event type is told twice and differs (${named.join(" / ")}); headers are not covered by the signature`,
    );
  }
  const ahead = -(one.skew ?? 0);
  if (
    one.timeliness === "in-time" &&
    one.scheme.timestamp !== undefined &&
    ahead > (windowSeconds(one.scheme.timestamp.past) ?? Number.POSITIVE_INFINITY)
  ) {
    notes.push(`the timestamp is ${formatDuration(ahead * 1000)} ahead, which this platform's verifiers do not check`);
  }
  if (one.match !== undefined && one.scheme.bodyText === undefined && utf8Text(request.body) === undefined) {
    notes.push(
      "the body is not UTF-8: verifiers that turn it into text first, as most Node libraries do, would refuse it",
    );
  }
  return notes;
};
