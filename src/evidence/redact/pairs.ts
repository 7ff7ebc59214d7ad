import { valueAt } from "./assignments.ts";
import type { Assignment } from "./assignments.ts";

const quote = String.raw`[bBu]?\\{0,8}["']`;
const closing = String.raw`(?:\\{0,8}["'])?`;
const name = String.raw`(?<name>[A-Za-z][\w .-]{1,60})`;
const is = String.raw`[ \t]{0,3}(?::|=>|=)[ \t]{0,3}`;
const nameKey = String.raw`(?<![\w-])(?:name|key|header|field|headerName)${closing}${is}(?:${quote})?${name}${closing}`;
const valueKey = String.raw`(?<![\w-])(?:values?|val)${closing}${is}`;

// {"name":"X-Api-Key","value":"…"}, {key: 'X-Api-Key', value: '…'}
const nameFirst = new RegExp(String.raw`${nameKey}[ \t]{0,3},[^{}]{0,200}?${valueKey}`, "gi");
const valueFirst = new RegExp(valueKey, "gi");
const thenName = new RegExp(String.raw`${closing}\]?[ \t]{0,3},[^{}]{0,200}?${nameKey}`, "iy");
// ["X-Api-Key","…"], ('X-Api-Key', '…'), [b'x-api-key', b'…'], {<<"x-api-key">>,<<"…">>}, flat lists of such pairs, and
// PHP's s:8:"password";s:1:"…".
const inList = new RegExp(
  String.raw`${quote}${name}\\{0,8}["'](?:>>)?[ \t]{0,3}[,;][ \t]{0,3}(?:s:\d{1,7}:|<<)?(?=${quote})`,
  "gi",
);

/** Names and values that are separate fields or items, for wanted names; the text needn't be complete JSON. */
export const pairs = (text: string, wanted: (name: string) => boolean): readonly Assignment[] => {
  if (text.search(inList) < 0 && text.search(valueFirst) < 0) return [];
  const found: Assignment[] = [];
  const add = (key: string | undefined, at: number): void => {
    const value = key !== undefined && wanted(key) ? valueAt(text, at) : undefined;
    // What follows is a key, not the name's value: `{"key":"X-Api-Key","value":"…"}`.
    if (value !== undefined && /^\\{0,8}["'][ \t]{0,3}(?::|=>)/.test(text.slice(value.end, value.end + 16))) return;
    if (key !== undefined && value !== undefined) found.push({ key, ...value });
  };
  for (const pattern of [nameFirst, inList])
    for (const match of text.matchAll(pattern)) add(match.groups?.["name"], match.index + match[0].length);
  for (const match of text.matchAll(valueFirst)) {
    const at = match.index + match[0].length;
    const value = valueAt(text, at);
    if (value === undefined) continue;
    thenName.lastIndex = value.end;
    add(thenName.exec(text)?.groups?.["name"], at);
  }
  return found
    .toSorted((a, b) => a.start - b.start)
    .filter((one, at, all) => at === 0 || one.start >= (all[at - 1]?.end ?? 0));
};
