import { readJson } from "../../values/json-text.ts";
import { redactJson } from "./body.ts";
import type { Place } from "./redaction-log.ts";
import type { Redactor } from "./redactor.ts";

/**
 * Masks consecutive log lines, each by itself, and what spans several: a private key, a known secret broken over lines,
 * a name on one line and its value on the next.
 * @param at the place of a line, by its index
 */
export const redactLines = (
  redactor: Redactor,
  lines: readonly string[],
  at: (index: number) => Place,
): readonly string[] => {
  const keys = keyLines(lines);
  const whole = maskAcrossLines(redactor, lines, at);
  return whole.map((line, index) => {
    const place = at(index);
    if (keys.has(index)) return redactor.mask("private-key", line.trim(), place, true);
    const rule = index === 0 ? undefined : ruleOfLineBefore(redactor, lines[index - 1] ?? "");
    const own = rule === undefined ? null : listItem.exec(line);
    if (rule !== undefined && own?.groups?.["value"] !== undefined && !line.includes("[redacted:"))
      return line.replace(own.groups["value"], () =>
        redactor.mask(rule.name, own.groups?.["value"] ?? "", place, rule.class === "credential"),
      );
    return /^\s*[{[]/.test(line) && readJson(line) !== undefined
      ? redactJson(redactor, line, "redacted", [], place)
      : redactor.text(line, place);
  });
};

/** `  'X-Api-Key',` and below it `  'value',`, as Node prints long lists; or a name alone on its line, as in YAML. */
const listItem =
  /^\s{0,200}(?:[-*][ \t])?(?:string\(\d{1,7}\) |[bu])?(?:\\{0,8}["'])?(?<value>[^"'\s,][^"'\r\n]{0,2000}?)(?:\\{0,8}["'])?,?\s{0,200}$/;
const nameAlone = /^\s{0,200}[bu]?\\{0,8}["'](?<name>[A-Za-z][\w .-]{1,60})\\{0,8}["'],\s{0,200}$/;
const nameOpen =
  /^\s{0,200}\[?(?:\\{0,8}["'])?(?<name>[A-Za-z][\w.-]{1,60})(?:\\{0,8}["'])?\]?[ \t]{0,3}(?::|=>|=)[ \t]{0,3}(?:[|>][+-]?|\[)?\s{0,200}$/;

const ruleOfLineBefore = (redactor: Redactor, line: string): ReturnType<Redactor["ruleOfName"]> => {
  const name = (nameAlone.exec(line) ?? nameOpen.exec(line))?.groups?.["name"];
  return name === undefined ? undefined : redactor.ruleOfName(name);
};

/** Known secrets that begin on one line and end on another are masked on each. */
const maskAcrossLines = (
  redactor: Redactor,
  lines: readonly string[],
  at: (index: number) => Place,
): readonly string[] => {
  const found = redactor.findSecrets(lines.join("\n"));
  const out = [...lines];
  let start = 0;
  for (const [index, line] of lines.entries()) {
    const end = start + line.length;
    const here = found.filter((one) => one.start < end && one.end > start && (one.start < start || one.end > end));
    for (const one of here.toReversed()) {
      const [from, to] = [Math.max(0, one.start - start), Math.min(line.length, one.end - start)];
      out[index] =
        (out[index] ?? "").slice(0, from) +
        redactor.mask("known-secret", one.secret, at(index)) +
        (out[index] ?? "").slice(to);
    }
    start = end + 1;
  }
  return out;
};

/** The indexes of lines inside a multi-line private key, even if its head or tail is cut off. */
const keyLines = (lines: readonly string[]): ReadonlySet<number> => {
  const found = new Set<number>();
  const inside = (line: string | undefined): boolean =>
    line !== undefined && /^\s{0,200}[A-Za-z0-9+/]{4,100}={0,2}\s{0,200}$/.test(line);
  for (const [index, line] of lines.entries()) {
    if (/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line))
      for (let at = index + 1; inside(lines[at]); at++) found.add(at);
    if (/-----END [A-Z0-9 ]{0,40}PRIVATE KEY/.test(line))
      for (let at = index - 1; inside(lines[at]); at--) found.add(at);
  }
  return found;
};
