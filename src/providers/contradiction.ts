import { schemesOf, valueOf } from "./profile.ts";
import type { Profile, Scheme } from "./profile.ts";

/** A field that does not go with another one of its profile. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The first of a profile's fields that is right by itself and not beside the others; undefined where they agree. */
export const contradictionIn = (profile: Profile): Contradiction | undefined => {
  for (const [at, scheme] of (schemesOf(profile) ?? []).entries()) {
    const found = inScheme(scheme);
    const path = "assumed" in profile.schemes ? ["schemes", "assumed", at] : ["schemes", at];
    if (found !== undefined) return { ...found, path: [...path, ...found.path] };
  }
  const [attempts, delays] = [valueOf(profile.delivery.attempts), valueOf(profile.delivery.delays).length];
  if (delays >= attempts - 1) return undefined;
  return {
    path: ["delivery", "delays"],
    message: `${attempts} attempts have ${attempts - 1} waits between them, and ${delays} are given`,
  };
};

const inScheme = ({ header, layout, mac, content, id, timestamp }: Scheme): Contradiction | undefined => {
  if (content.includes("id") && id === undefined)
    return { path: ["id"], message: 'is not given, and "content" has the id: write { "header": NAME }' };
  if (content.includes("timestamp") && timestamp === undefined)
    return { path: ["timestamp"], message: 'is not given, and "content" has the timestamp' };
  if (mac.kind === "digest" && !content.includes("secret"))
    return { path: ["content"], message: 'has no "secret": anybody could compute a plain hash of the rest' };
  if (timestamp === undefined) return undefined;
  const { from } = timestamp;
  if ("pair" in from && layout.kind !== "pairs")
    return { path: ["timestamp", "from"], message: 'a pair stands only in a header whose layout is "pairs"' };
  if ("header" in from && from.header.toLowerCase() === header.toLowerCase())
    return { path: ["timestamp", "from"], message: `${header} holds the signature: write { "pair": NAME }` };
  return undefined;
};
