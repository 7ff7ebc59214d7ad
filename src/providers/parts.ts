import type { Part, Scheme } from "./profile.ts";

/** How much of the body a content covers. */
export const bodyCoverage = (parts: readonly Part[]): "all" | "fields" | "nothing" => {
  const covers = parts.map((part): "all" | "fields" | "nothing" => {
    if (part === "body") return "all";
    if (typeof part !== "object") return "nothing";
    if ("sorted" in part) return part.sorted === "form" ? "all" : "nothing";
    if ("crc32" in part) return "all";
    if ("hash" in part) return bodyCoverage(part.of ?? ["body"]);
    if ("join" in part) return bodyCoverage(part.join);
    if ("optional" in part) return bodyCoverage(part.optional);
    if ("form" in part) return part.form === "sorted-pairs" ? "all" : "fields";
    return "json" in part ? "fields" : "nothing";
  });
  return covers.includes("all") ? "all" : covers.includes("fields") ? "fields" : "nothing";
};

/** Whether everything that is signed comes from the body, except fixed texts. */
export const isOfBody = (parts: readonly Part[]): boolean =>
  parts.every((part) => {
    if (typeof part === "string") return part === "body";
    if ("join" in part) return isOfBody(part.join);
    if ("optional" in part) return isOfBody(part.optional);
    if ("hash" in part) return isOfBody(part.of ?? ["body"]);
    return "text" in part || "json" in part;
  });

/** Every part of a content, including nested ones. */
const allParts = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap((part): readonly Part[] => {
    if (typeof part !== "object") return [part];
    const inner =
      "join" in part ? part.join : "optional" in part ? part.optional : "hash" in part ? part.of : undefined;
    return inner === undefined ? [part] : [part, ...allParts(inner)];
  });

/** Everything a scheme's signature covers: its content, and the content hashed in its token's claims. */
export const signedParts = ({ content, mac }: Pick<Scheme, "content" | "mac">): readonly Part[] =>
  mac.kind === "jws" ? [...content, ...(mac.claims ?? []).flatMap((rule) => ("of" in rule ? rule.of : []))] : content;

/** Whether a content contains a part. */
export const hasPart = (parts: readonly Part[], name: Extract<Part, string>): boolean => allParts(parts).includes(name);

/** Whether a content includes the URL, which only the sender knows for sure. */
export const signsUrl = (parts: readonly Part[]): boolean =>
  allParts(parts).some((part) => part === "host" || (typeof part === "object" && "url" in part));
