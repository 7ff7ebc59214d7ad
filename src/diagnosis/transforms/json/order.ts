import type { KeyOrder } from "../../../values/json-style.ts";
import type { JsonNode } from "../../../values/json-text.ts";
import type { Choice } from "./choices.ts";

/** Key orders other than the one that came. */
export const orderChoices = (root: JsonNode): readonly Choice<KeyOrder>[] => {
  let isSorted = true;
  let isMoved = false;
  const walk = (node: JsonNode): void => {
    if (node.kind === "array") node.items.forEach(walk);
    if (node.kind !== "object") return;
    const keys = node.members.map((member) => member.key);
    if (new Set(keys).size < keys.length || keys.some((key) => /^\d+$/.test(key))) isMoved = true;
    if (keys.some((key, at) => at > 0 && key < (keys[at - 1] ?? ""))) isSorted = false;
    for (const member of node.members) walk(member.value);
  };
  walk(root);
  return [
    ...(isSorted ? [] : [{ cost: 3, value: "sorted", done: "its keys are sorted" } as const]),
    ...(isMoved
      ? [
          {
            cost: 3,
            value: "js",
            done: "its keys stand as JavaScript orders them: integers first, of duplicates the last",
          } as const,
        ]
      : []),
  ];
};
