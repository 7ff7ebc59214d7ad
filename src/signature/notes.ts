import { isUtf8 } from "node:buffer";
import { factAt } from "../providers/event.ts";
import { placesName, signatureValue } from "../providers/place.ts";
import { schemesOf } from "../providers/profile.ts";
import type { Profile, Scheme } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import { formatDuration } from "../values/duration.ts";
import { bodyCoverage, signedParts } from "../providers/parts.ts";
import { isBareSecret } from "./mac.ts";
import type { SchemeResult } from "./try-schemes.ts";
import { windowSeconds } from "./timestamp.ts";

export const notUtf8 =
  "the body is not UTF-8: verifiers that turn it into text first, as most Node libraries do, would refuse it";

/** What the user should know, although it doesn't change the verdict. */
export const verdictNotes = (request: WebhookRequest, profile: Profile, one: SchemeResult): readonly string[] => {
  const notes: string[] = [];
  const types = contradictoryTypes(request, profile);
  if (types.length > 0) {
    notes.push(
      `the event type appears twice with different values (${types.join(" / ")}); headers are not covered by the signature`,
    );
  }
  if (one.match !== undefined) notes.push(...missingBeside(request, profile, one.scheme));
  const ahead = -(one.skew ?? 0);
  if (
    one.timeliness === "in-time" &&
    one.scheme.timestamp !== undefined &&
    ahead > (windowSeconds(one.scheme.timestamp.past) ?? Number.POSITIVE_INFINITY)
  ) {
    notes.push(`the timestamp is ${formatDuration(ahead * 1000)} ahead, which this platform's verifiers do not check`);
  }
  if (one.match !== undefined && one.scheme.bodyText === undefined && !isUtf8(request.body)) {
    notes.push(notUtf8);
  }
  if (one.match !== undefined) notes.push(...coverageNotes(one.scheme));
  return notes;
};

/** The event types of a request of which a header contradicts another header or the body: an envelope in the body may name two. */
const contradictoryTypes = (request: WebhookRequest, { envelope }: Profile): readonly string[] => {
  const inHeaders: string[] = [];
  const inBody: string[] = [];
  for (const locator of envelope.type) {
    const type = factAt(request, locator);
    if (type !== null) ("header" in locator ? inHeaders : inBody).push(type);
  }
  const expected = inBody.length > 0 ? inBody : inHeaders.slice(0, 1);
  return inHeaders.every((type) => expected.includes(type)) ? [] : [...new Set([...inHeaders, ...inBody])];
};

/** The signature that the platform sends together with the one that was judged, if the request lacks it. */
const missingBeside = (request: WebhookRequest, profile: Profile, judged: Scheme): readonly string[] => {
  if (judged.signing !== "beside") return [];
  const main = schemesOf(profile)?.find(({ signing }) => signing === undefined);
  if (main === undefined || signatureValue(request, main) !== undefined) return [];
  return [
    `${placesName(main)}, which ${profile.name} also sends, is missing; a receiver that checks only that one rejects the request`,
  ];
};

/** What a valid signature does not prove. */
const coverageNotes = ({ mac, content, bodyHash }: Scheme): readonly string[] => {
  if (isBareSecret(mac))
    return ["the token is the secret itself and does not sign the request: any other body would be just as valid"];
  if (bodyHash === undefined && content.some((part) => typeof part === "object" && "crc32" in part))
    return ["only the body's CRC-32 is signed: anyone can make another body with the same CRC-32"];
  const cover = bodyHash === undefined ? bodyCoverage(signedParts({ content, mac })) : "all";
  if (cover === "nothing") return ["the signature does not cover the body: any other body would be just as valid"];
  return cover === "fields"
    ? ["only some fields of the body are signed: the others could be changed without invalidating the signature"]
    : [];
};
