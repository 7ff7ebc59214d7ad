import { nearest } from "../values/nearest.ts";
import { signatureHeadersOf } from "./place.ts";
import { schemesOf } from "./profile.ts";
import type { Category, Profile } from "./profile.ts";

/** The heading of each category, in the order they are listed. */
export const categoryNames: Readonly<Record<Category, string>> = {
  standards: "Standards",
  payments: "Payments",
  finance: "Finance and accounting",
  commerce: "Commerce",
  crm: "CRM and sales",
  support: "Customer support",
  marketing: "Marketing",
  communication: "Communication",
  email: "E-mail",
  productivity: "Productivity",
  "developer-tools": "Developer tools",
  infrastructure: "Infrastructure and monitoring",
  identity: "Identity",
  media: "Media",
  other: "Other",
};

/** The category that a profile is listed under. */
export const categoryOf = (profile: Profile): Category => profile.category ?? "other";

interface Found {
  readonly profile: Profile;
  /** The headers and event types that match a search word. */
  readonly by: readonly string[];
}

/** The profiles that contain every word somewhere: in id, alias, name, summary, category, header or event type. */
export const searchProfiles = (profiles: readonly Profile[], text: string): readonly Found[] => {
  const words = wordsOf(text);
  return profiles.flatMap((profile) => {
    const visible = namesOf(profile)
      .concat(profile.summary)
      .map((one) => one.toLowerCase());
    const hidden = [
      ...new Set((schemesOf(profile) ?? []).flatMap(signatureHeadersOf)),
      ...profile.events.map(({ type }) => type),
    ];
    const holds = (word: string): boolean => [...visible, ...hidden].some((one) => one.toLowerCase().includes(word));
    if (!words.every(holds)) return [];
    const by = hidden.filter((one) => words.some((word) => one.toLowerCase().includes(word)));
    return [{ profile, by }];
  });
};

/** For a search without results: the most similar word among names and categories. */
export const nearestWord = (profiles: readonly Profile[], text: string): string | undefined =>
  nearest(wordsOf(text).join(" "), [
    ...new Set(profiles.flatMap(namesOf).flatMap((one) => [one.toLowerCase(), ...wordsOf(one)])),
  ]);

const namesOf = (profile: Profile): readonly string[] => [
  profile.id,
  ...(profile.aliases ?? []),
  profile.name,
  categoryOf(profile),
  categoryNames[categoryOf(profile)],
];

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
