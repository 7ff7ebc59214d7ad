import type { Encoding, Scheme } from "../providers/profile.ts";
import { readHeader, signatureBytes } from "../signature/layout.ts";
import type { Step } from "./types.ts";
import { withoutEnd, withoutStart } from "../values/cut.ts";

/** Signature bytes that may be meant by a header's value, and what has to be forgiven to read them so. */
export interface Target {
  readonly bytes: Buffer;
  readonly steps: readonly Step[];
}

/** Every reading of a signature header, the documented ones first; none shorter than 4 bytes. */
export const readTargets = (value: string, scheme: Scheme): readonly Target[] => {
  const targets = new Map<string, Target>();
  const add = (bytes: Buffer, steps: readonly Step[]): void => {
    const id = bytes.toString("latin1");
    const known = targets.get(id);
    if (bytes.length >= 4 && bytes.length <= 4096 && (known === undefined || known.steps.length > steps.length)) {
      targets.set(id, { bytes, steps });
    }
  };
  const proper = readHeader(value, scheme.layout).signatures;
  for (const text of proper) {
    for (const reading of decodings(text, scheme.encoding)) add(reading.bytes, reading.steps);
  }
  for (const text of fragments(value)) {
    for (const reading of decodings(text, scheme.encoding)) {
      add(reading.bytes, [
        {
          code: "signature-prefix",
          done: `${scheme.header} is brought to its form ${expectedForm(scheme)}: ${before(value, text)} stands before the signature`,
        },
        ...reading.steps,
      ]);
    }
  }
  return [...targets.values()].slice(0, 64);
};

const before = (value: string, text: string): string => {
  const start = value.slice(0, Math.max(0, value.indexOf(text)));
  return start === "" ? "nothing" : `'${start.slice(0, 24)}'`;
};

/** How the value should look, for people. */
export const expectedForm = (scheme: Scheme): string => {
  const digits = scheme.encoding === "hex" ? "<hex>" : "<base64>";
  switch (scheme.layout.kind) {
    case "single":
      return `'${scheme.layout.prefix ?? ""}${digits}'`;
    case "pairs":
      return `'${scheme.layout.key}=${digits}'`;
    case "versions":
      return `'${scheme.layout.version},${digits}'`;
  }
};

/** Stretches of the value that could be a signature in some notation. */
const fragments = (value: string): readonly string[] => {
  const found = new Set<string>();
  for (const [text] of value.slice(0, 8192).matchAll(/(?:[A-Za-z0-9+/_-]|%[0-9A-Fa-f]{2}){8,}={0,2}/g)) {
    found.add(text);
    for (const length of [128, 96, 64, 40]) {
      if (text.length > length && /^[0-9a-f]+$/i.test(text.slice(-length))) found.add(text.slice(-length));
    }
  }
  return [...found].slice(0, 24);
};

const names: Readonly<Record<Encoding, string>> = { hex: "lower-case hex", base64: "base64" };

/** Every notation a signature's text may be in. */
function* decodings(text: string, encoding: Encoding): Generator<Target> {
  const exact = signatureBytes(text, encoding);
  if (exact !== undefined) yield { bytes: exact, steps: [] };
  const other = (as: string, bytes: Buffer): Target => ({
    bytes,
    steps: [{ code: "signature-encoding", done: `the signature is read as ${as} where ${names[encoding]} is due` }],
  });
  const malformed = (what: string, bytes: Buffer): Target => ({
    bytes,
    steps: [{ code: "signature-malformed", done: `${what} the signature are taken off` }],
  });
  const bare = withoutStart(withoutEnd(text.trim(), `"'>;,`), `"'<`);
  if (bare !== text) {
    const inner = signatureBytes(bare, encoding);
    if (inner !== undefined) yield malformed("the quotes or blanks around", inner);
  }
  if (/^[0-9a-f]+$/i.test(bare)) {
    const even = bare.slice(0, bare.length - (bare.length % 2));
    const bytes = Buffer.from(even, "hex");
    if (encoding === "base64") yield other("hex", bytes);
    else if (/[A-F]/.test(bare)) yield other("upper-case hex", bytes);
    else yield { bytes, steps: [] };
  }
  if (/^(?:[0-9a-f]{2}[:\s-])+[0-9a-f]{2}$/i.test(bare))
    yield other("hex with separators", Buffer.from(bare.replace(/[^0-9a-f]/gi, ""), "hex"));
  const plain = /%[0-9a-f]{2}/i.test(bare) ? percentDecoded(bare) : bare;
  const spaced = plain.replaceAll(" ", "+");
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(spaced)) {
    const bytes = Buffer.from(spaced, "base64");
    const hex = bytes.toString("latin1");
    if (/^[0-9a-f]{32,}$/i.test(hex) && hex.length % 2 === 0)
      yield other("base64 of the hex text", Buffer.from(hex, "hex"));
    if (spaced !== bare) yield other("percent-encoded base64", bytes);
    else if (encoding === "hex") yield other("base64", bytes);
    else if (bytes.length % 3 !== 0 && !bare.endsWith("=") && [20, 32, 48, 64].includes(bytes.length))
      yield other("base64 without its padding", bytes);
    else yield { bytes, steps: [] };
  } else if (/^[A-Za-z0-9_-]+={0,2}$/.test(plain)) {
    yield other("base64url", Buffer.from(plain, "base64url"));
  }
}

const percentDecoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
