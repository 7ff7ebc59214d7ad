import { nearest } from "../values/nearest.ts";
import { signatureHeadersOf } from "./place.ts";
import { schemesOf } from "./profile.ts";
import type { Category, Profile } from "./profile.ts";

/** What the lists call each category, in their order. */
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

/** The group that the lists show a profile in. */
export const categoryOf = (profile: Profile): Category => profile.category ?? "other";

interface Found {
  readonly profile: Profile;
  /** The headers and event types that hold what was searched for. */
  readonly by: readonly string[];
}

/** The profiles that hold every word somewhere: in id, alias, name, summary, category, header or event type. */
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

/** The word of names and categories that a search which found nothing probably meant. */
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
