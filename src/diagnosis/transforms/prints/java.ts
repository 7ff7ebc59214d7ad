import { maxDepth } from "./reader.ts";
import { scalars } from "./scalars.ts";
import type { Scalars } from "./scalars.ts";

/**
 * Converts the output of Map.toString() in Java, Kotlin or Scala to compact JSON: `{a=1, b=[x, y], c={d=e}}`. Text in a
 * map may contain commas: it ends before the next key or closing brace.
 */
export const readMapString = (text: string, way: Scalars): string | undefined => {
  let at = 0;
  const value = (depth: number, inList: boolean): string | undefined => {
    if (depth > maxDepth) return undefined;
    const open = text[at];
    if (open === "{" || open === "[") {
      at++;
      return open === "{" ? members(depth + 1) : items(depth + 1);
    }
    const end = inList ? /, |\]/g : /, (?=[\w.$-]{1,80}=)|\}/g;
    end.lastIndex = at;
    const found = end.exec(text);
    if (found === null) return undefined;
    const scalar = text.slice(at, found.index);
    at = found.index;
    return scalars[way](scalar);
  };
  const members = (depth: number): string | undefined => {
    const made: string[] = [];
    while (text[at] !== "}") {
      if (made.length > 0 && !skip(", ")) return undefined;
      const key = /[\w.$-]{1,80}(?==)/y;
      key.lastIndex = at;
      const name = key.exec(text)?.[0];
      if (name === undefined) return undefined;
      at += name.length + 1;
      const one = value(depth, false);
      if (one === undefined) return undefined;
      made.push(`${JSON.stringify(name)}:${one}`);
    }
    at++;
    return `{${made.join(",")}}`;
  };
  const items = (depth: number): string | undefined => {
    const made: string[] = [];
    while (text[at] !== "]") {
      if (made.length > 0 && !skip(", ")) return undefined;
      const one = value(depth, true);
      if (one === undefined) return undefined;
      made.push(one);
    }
    at++;
    return `[${made.join(",")}]`;
  };
  const skip = (what: string): boolean => {
    if (!text.startsWith(what, at)) return false;
    at += what.length;
    return true;
  };
  const json = text.startsWith("{") ? value(0, false) : undefined;
  return json !== undefined && text.slice(at).trim() === "" ? json : undefined;
};
