import { orderedMembers } from "../../../values/json-style.ts";
import type { KeyOrder } from "../../../values/json-style.ts";
import type { JsonNode } from "../../../values/json-text.ts";
import type { Choice } from "./choices.ts";

const rareOrders: readonly Choice<KeyOrder>[] = [
  {
    cost: 4,
    value: "length",
    done: "its keys are sorted by length first, as in PostgreSQL's jsonb and MySQL's JSON",
  },
  { cost: 4, value: "java", done: "its keys are in Java HashMap order (org.json, fastjson)" },
];

/** Whether the members of every object are in this order. */
export const isInOrder = (node: JsonNode, order: KeyOrder): boolean => {
  if (node.kind === "array") return node.items.every((item) => isInOrder(item, order));
  if (node.kind !== "object") return true;
  const ordered = orderedMembers(node.members, order);
  return (
    ordered.length === node.members.length &&
    ordered.every((member, at) => member === node.members[at]) &&
    node.members.every(({ value }) => isInOrder(value, order))
  );
};

/** Key orders that would change the received one. */
export const orderChoices = (root: JsonNode, isLarge: boolean): readonly Choice<KeyOrder>[] => {
  let isSorted = true;
  let isMoved = false;
  // Rare orders are too expensive to check in a large text.
  const rare = isLarge ? [] : rareOrders.filter(({ value }) => !isInOrder(root, value));
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
    ...rare,
    ...(isSorted ? [] : [{ cost: 3, value: "sorted", done: "its keys are sorted" } as const]),
    ...(isMoved
      ? [
          {
            cost: 3,
            value: "js",
            done: "its keys are ordered as in JavaScript: integers first, and only the last duplicate kept",
          } as const,
        ]
      : []),
  ];
};
