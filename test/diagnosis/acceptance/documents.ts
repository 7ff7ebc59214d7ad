import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** JSON with numbers as their text, so that each writer can print them as its language would. */
export type Doc =
  | { readonly number: string }
  | { readonly object: readonly (readonly [string, Doc])[] }
  | { readonly array: readonly Doc[] }
  | string
  | boolean
  | null;

/** Reads JSON; an own reader, so that the tests do not lean on the one they test. */
export const parse = (text: string): Doc => {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]/g) ?? [];
  let at = 0;
  const value = (): Doc => {
    const token = tokens[at++] ?? "";
    if (token === "{") {
      const object: [string, Doc][] = [];
      while (tokens[at] !== "}") {
        if (tokens[at] === ",") at++;
        const key = String(JSON.parse(tokens[at] ?? ""));
        at += 2;
        object.push([key, value()]);
      }
      at++;
      return { object };
    }
    if (token === "[") {
      const array: Doc[] = [];
      while (tokens[at] !== "]") {
        if (tokens[at] === ",") at++;
        array.push(value());
      }
      at++;
      return { array };
    }
    if (token.startsWith('"')) return String(JSON.parse(token));
    return token === "true" ? true : token === "false" ? false : token === "null" ? null : { number: token };
  };
  return value();
};

const folder = fileURLToPath(new URL("../../../src/providers/samples/", import.meta.url));

/** Every built-in sample, JSON ones as documents. */
export const samples: readonly { readonly name: string; readonly text: string }[] = readdirSync(folder)
  .toSorted()
  .flatMap((provider) =>
    readdirSync(`${folder}${provider}`)
      .toSorted()
      .map((file) => ({ name: `${provider}/${file}`, text: readFileSync(`${folder}${provider}/${file}`, "utf8") })),
  );

/** Documents of the kinds that damage shows on. */
export const odd: Readonly<Record<string, string>> = {
  "order with a slash, an umlaut and an amount":
    '{"id":"evt_77","type":"order.paid","amount":4200,"customer":{"name":"Jörg Müßig","site":"https://jörg.example/a"},"tags":["new","b2b"],"note":""}',
  emoji: '{"zeta":"🎉 done","alpha":"naïve café","mid":{"z":[],"a":{},"k":null},"ok":true}',
  combining: '{"name":"Zoe\u0308 e\u0301","path":"a/b/c","n":3}',
  html: '{"html":"<a href=\'x\'>T & C</a>","eq":"a=b+c","id":"1","say":"he said \\"no\\""}',
  nested: '{"a":{"b":{"c":{"d":[1,[2,[3,{"e":"f/g"}]]]}}},"list":[{"x":1},{"x":2},{"x":3}],"empty":[[],{}]}',
  batch: '[{"eventId":9007199254,"subscriptionType":"deal.creation","occurredAt":1767225600000},{"eventId":2}]',
  controls: '{"t":"tab\\tline\\nquote\\"back\\\\slash","u":"\\u0001\\u001f","v":"\u007f"}',
  cyrillic: '{"город":"Москва","улица":"Тверская/1","дом":7}',
  japanese: '{"件名":"請求書","url":"https://例え.jp/","合計":1200}',
};

/** Documents with one number whose spelling parsers lose, as it was sent. */
export const numbers: Readonly<Record<string, string>> = {
  "1.0": '{"amount":1.0,"currency":"EUR"}',
  "1e3": '{"id":"x","amount":1e3}',
  "1E+2": '{"id":"x","amount":1E+2,"n":7}',
  "-0": '{"delta":-0,"id":"x"}',
  "0.10": '{"rate":0.10,"id":"x"}',
  "12.50": '{"items":[{"price":12.50,"qty":2}]}',
  "all .0": '{"lat":52.0,"lon":13.0,"alt":34.0}',
};
