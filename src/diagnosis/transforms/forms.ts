import { readJson, scalarText } from "../../values/json-text.ts";
import { change } from "../types.ts";
import type { Body, BodyChange, Step, Transform } from "../types.ts";

const maxForm = 1024 * 1024;
/** The cost of percent-encoding a byte, in hashed bytes. */
const encodingWork = 8;
/** Parsing a form's fields costs as much as hashing it this many times. */
const readFactor = 60;

const rewritten = (done: string): Omit<Step, "firstByte"> => ({
  code: "body-reserialized",
  done,
  culprit:
    "a form parser such as express.urlencoded(), an API gateway or a framework's request.body converts one format into the other",
});

const escaped = (done: string, places?: number): Omit<Step, "firstByte"> => ({
  code: "body-escapes",
  done,
  culprit: "a proxy, gateway or framework that decodes or encodes forms",
  ...(places === undefined ? {} : { places }),
});

/** Undoes form encoding: `payload=` wrappers, forms instead of JSON, percent escapes and plus signs. */
export const unwrapped: Transform = {
  family: "form",
  layer: 1,
  *changes({ bytes, text, affords }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length > maxForm || text === "") return;
    if (!affords(text.length * readFactor)) return;
    const name = /^[A-Za-z_]\w{0,30}(?==)/.exec(text)?.[0];
    if (name !== undefined && !text.includes("&")) {
      const value = text.slice(name.length + 1);
      const inner = percentDecoded(value.replaceAll("+", " "));
      if (inner !== undefined && /^\s*[{["]/.test(inner)) {
        yield change(2, rewritten(`the JSON is extracted from its form field ${name}=`), () => Buffer.from(inner));
      }
    }
    if (/^[^{["]/.test(text) && text.includes("=")) {
      const pairs = [...new URLSearchParams(text)];
      yield change(4, rewritten("the form is written as JSON"), () =>
        Buffer.from(JSON.stringify(Object.fromEntries(pairs))),
      );
    }
    const percents = text.match(/%[0-9a-fA-F]{2}/g)?.length ?? 0;
    if (percents > 0) {
      const decoded = percentDecoded(text);
      if (decoded !== undefined) {
        yield change(3, escaped("its percent escapes are decoded", percents), () => Buffer.from(decoded));
        const plain = percentDecoded(text.replaceAll("+", " "));
        if (text.includes("+") && plain !== undefined) {
          yield change(3, escaped("its percent escapes and plus signs are decoded", percents), () =>
            Buffer.from(plain),
          );
        }
      }
      yield change(4, escaped("its percent escapes are in upper case", percents), () =>
        Buffer.from(text.replace(/%[0-9a-fA-F]{2}/g, (one) => one.toUpperCase())),
      );
      yield change(4, escaped("its percent escapes are in lower case", percents), () =>
        Buffer.from(text.replace(/%[0-9a-fA-F]{2}/g, (one) => one.toLowerCase())),
      );
    }
    if (/%20/.test(text)) {
      yield change(3, escaped("its spaces are written as +"), () => Buffer.from(text.replaceAll("%20", "+")));
    }
    if (text.includes("+") && /=/.test(text)) {
      yield change(3, escaped("its spaces are written as %20"), () => Buffer.from(text.replaceAll("+", "%20")));
      yield change(4, escaped("its plus signs are decoded to spaces"), () => Buffer.from(text.replaceAll("+", " ")));
    }
    if (text.includes(" ") && /=/.test(text)) {
      yield change(4, escaped("its spaces are written as +"), () => Buffer.from(text.replaceAll(" ", "+")));
      yield change(5, escaped("its spaces are written as %20"), () => Buffer.from(text.replaceAll(" ", "%20")));
    }
    if (/^[^{["<]/.test(text) && text.includes("=")) yield* formsRewritten(text, bytes);
  },
};

function* formsRewritten(text: string, bytes: Buffer): Iterable<BodyChange> {
  const pairs = text.split("&").map((item): [string, string] => {
    const cut = item.indexOf("=");
    return cut < 0 ? [item, ""] : [item.slice(0, cut), item.slice(cut + 1)];
  });
  const asParams = pairs.map(([name, value]): [string, string] => [
    percentDecoded(name.replaceAll("+", " ")) ?? name,
    percentDecoded(value.replaceAll("+", " ")) ?? value,
  ]);
  const literal = pairs.map(([name, value]): [string, string] => [
    percentDecoded(name) ?? name,
    percentDecoded(value) ?? value,
  ]);
  const ways: readonly [string, () => string][] = [
    ["it is form-encoded (+ for spaces)", () => new URLSearchParams(asParams).toString()],
    ["its values are percent-encoded", () => literal.map(([k, v]) => `${encoded(k)}=${encoded(v)}`).join("&")],
    [
      "its spaces are %20 and its values percent-encoded",
      () => asParams.map(([k, v]) => `${encoded(k)}=${encoded(v)}`).join("&"),
    ],
    [
      "its values are percent-encoded with + for spaces",
      () => literal.map(([k, v]) => `${plusEncoded(k)}=${plusEncoded(v)}`).join("&"),
    ],
    [
      "its values are percent-encoded, and spaces as +",
      () => asParams.map(([k, v]) => `${plusEncoded(k)}=${plusEncoded(v)}`).join("&"),
    ],
  ];
  for (const [done, make] of ways) {
    yield change(3, escaped(done), () => {
      const made = Buffer.from(make());
      return made.equals(bytes) ? undefined : made;
    });
  }
  yield change(4, rewritten("its fields are sorted by name"), () => Buffer.from(text.split("&").toSorted().join("&")));
}

/** Puts a JSON body into a form field, or writes it as a form. */
export const wrapped: Transform = {
  family: "form",
  layer: 3,
  isExpensive: true,
  *changes({ text }: Body): Iterable<BodyChange> {
    if (text === undefined || text.length > maxForm || !/^\s*[{[]/.test(text)) return;
    const step = rewritten("the JSON is put back into its form field payload=");
    let percents: string | undefined;
    const whole = (): string => (percents ??= encodeURIComponent(text));
    const wrapper = (cost: number, make: () => string): BodyChange => ({
      ...change(cost, step, () => Buffer.from(`payload=${make()}`)),
      work: text.length * encodingWork,
    });
    yield wrapper(2, () => spelledPlus(whole()));
    // URLSearchParams leaves * unescaped.
    yield wrapper(3, () => spelledPlus(whole()).replaceAll("%2A", "*"));
    yield wrapper(3, whole);
    yield wrapper(4, () => text);
    // A large flat form is unlikely to be a webhook, and parsing each candidate again is expensive.
    const fields = text.length > 16_384 ? undefined : flatFields(text);
    if (fields === undefined) return;
    const form = rewritten("its JSON is written as the form that was sent");
    yield change(3, form, () => Buffer.from(new URLSearchParams([...fields]).toString()));
    yield change(4, form, () => Buffer.from(fields.map(([k, v]) => `${encoded(k)}=${encoded(v)}`).join("&")));
    yield change(4, form, () => Buffer.from(fields.map(([k, v]) => `${plusEncoded(k)}=${plusEncoded(v)}`).join("&")));
    yield change(5, form, () => Buffer.from(fields.map(([k, v]) => `${k}=${v}`).join("&")));
  },
};

/** The fields of a flat object as form fields. @returns undefined if the JSON isn't a flat object */
const flatFields = (text: string): [string, string][] | undefined => {
  const root = readJson(text);
  if (root?.kind !== "object" || root.members.length === 0) return undefined;
  const fields: [string, string][] = [];
  for (const { key, value } of root.members) {
    if (value.kind === "object") return undefined;
    for (const one of value.kind === "array" ? value.items : [value]) {
      if (one.kind === "object" || one.kind === "array") return undefined;
      fields.push([key, scalarText(one) ?? ""]);
    }
  }
  return fields;
};

const hexEscape = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;

/** encodeURIComponent() throws on a lone surrogate, so it is replaced by U+FFFD first, as URLSearchParams does. */
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

const plusEncoded = (text: string): string => spelledPlus(encoded(text));

/** Converts the output of encodeURIComponent() to form encoding. */
const spelledPlus = (encoded: string): string => encoded.replaceAll("%20", "+").replace(/[!'()*~]/g, hexEscape);

const percentDecoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};
