import { compound, maxDepth } from "./reader.ts";
import { scalars } from "./scalars.ts";
import type { Scalars } from "./scalars.ts";

/** Converts the output of var_dump() to compact JSON. It contains types, and the length of strings in bytes. */
export const readVarDump = (bytes: Buffer): string | undefined => {
  const text = bytes.toString("latin1");
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return undefined;
    at += found[0].length;
    return found;
  };
  const stringOf = (length: number): string | undefined => {
    const made = bytes.toString("utf8", at, at + length);
    at += length;
    return text[at++] === '"' ? made : undefined;
  };
  const value = (depth: number): string | undefined => {
    if (depth > maxDepth) return undefined;
    const scalar = take(/\s*(?:(NULL)|bool\((true|false)\)|(?:int|float)\((-?[\d.]+(?:[eE][+-]?\d+)?)\))/y);
    if (scalar !== undefined) return scalar[1] === undefined ? (scalar[2] ?? scalar[3]) : "null";
    const string = take(/\s*string\((\d{1,9})\) "/y);
    if (string !== undefined) {
      const made = stringOf(Number(string[1]));
      return made === undefined ? undefined : JSON.stringify(made);
    }
    const open = take(/\s*(?:array\(\d+\)|object\(\w+\)#\d+ \(\d+\)) \{/y);
    if (open === undefined) return undefined;
    const members: [string, string][] = [];
    while (take(/\s*\}/y) === undefined) {
      const key = take(/\s*\[(?:"((?:[^"]|"(?!\]=>))*)"|(-?\d+))\]=>/y);
      const inner = key === undefined ? undefined : value(depth + 1);
      if (key === undefined || inner === undefined) return undefined;
      members.push([Buffer.from(key[1] ?? key[2] ?? "", "latin1").toString("utf8"), inner]);
    }
    return compound(members, !open[0].includes("object"));
  };
  const json = value(0);
  return json !== undefined && text.slice(at).trim() === "" ? json : undefined;
};

/** Converts the output of print_r() to compact JSON. It doesn't show types, so `way` says how to read scalars. */
export const readPrintR = (text: string, way: Scalars): string | undefined => {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  let at = 0;
  const value = (head: string, pad: string, depth: number): string | undefined => {
    if (!/^(?:Array|\w+ Object)$/.test(head) || lines[at] !== `${pad}(`) return scalars[way](head);
    if (depth > maxDepth) return undefined;
    at++;
    const inner = `${pad}    [`;
    const members: [string, string][] = [];
    while (lines[at] !== `${pad})`) {
      const line = lines[at++];
      const cut = line?.startsWith(inner) === true ? line.indexOf("] =>", inner.length) : -1;
      if (line === undefined || cut < 0) return undefined;
      let rest = line.slice(cut + 5);
      // A multi-line value continues until the next key or the end of the array.
      while (!/^(?:Array|\w+ Object)$/.test(rest) && at < lines.length && isGoingOn(lines[at] ?? "", pad, inner))
        rest += `\n${lines[at++]}`;
      const made = value(rest, `${pad}        `, depth + 1);
      if (made === undefined) return undefined;
      members.push([line.slice(inner.length, cut), made]);
    }
    at++;
    if (lines[at] === "") at++;
    return compound(members, head === "Array");
  };
  const json = value(lines[at++] ?? "", "", 0);
  return json !== undefined && lines.slice(at).join("").trim() === "" ? json : undefined;
};

const isGoingOn = (line: string, pad: string, inner: string): boolean =>
  line !== `${pad})` && !(line.startsWith(inner) && line.includes("] =>"));
