import type { Contradiction } from "../providers/contradiction.ts";
import type { Profile } from "../providers/profile.ts";

/** What stands for a fact about the delivery in a header's value. */
const headerPlaceholders = ["type", "id", "attempt", "time", "uuid"] as const;

/** What stands for a parameter in the path of an API's route. */
const pathPlaceholders = ["handle", "subscriptionId", "sourceId", "source"];

const newIds = /^(?:hex\d+|base(?:36|62)x\d+|uuid|number)$/;

/** The first placeholder of a profile that nothing is filled in for: it would go out as it is, or as nothing. */
export const unknownPlaceholderIn = ({ headers, envelope, endpoints = {} }: Profile): Contradiction | undefined => {
  const texts = [
    ...headers.map(([, value], at) => ({ path: ["headers", at, 1], value, isKnown: among(headerPlaceholders) })),
    { path: ["envelope", "newId"], value: envelope.newId, isKnown: (name: string) => newIds.test(name) },
    ...Object.entries(endpoints).map(([name, { path }]) => ({
      path: ["endpoints", name, "path"],
      value: path,
      isKnown: among(pathPlaceholders),
    })),
  ];
  for (const { path, value, isKnown } of texts) {
    const unknown = [...value.matchAll(/\{([\w.$-]+)\}/g)].find(([, name = ""]) => !isKnown(name));
    if (unknown !== undefined) return { path, message: `there is no placeholder ${unknown[0]}` };
  }
  return undefined;
};

const among =
  (names: readonly string[]) =>
  (name: string): boolean =>
    names.includes(name);
