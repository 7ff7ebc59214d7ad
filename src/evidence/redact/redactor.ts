import type { HeaderPair } from "../../request/request.ts";
import type { Secret } from "../../values/secret.ts";
import { passes } from "./checks.ts";
import { wrappings } from "./inside.ts";
import { knownSecrets } from "./known-secrets.ts";
import { makeLedger } from "./ledger.ts";
import type { Place, RedactionCount } from "./ledger.ts";
import { escapeRegExp, headerNames, keyNames } from "./names.ts";
import type { NameTest } from "./names.ts";
import { builtInAllowed } from "./allowed.ts";
import type { Allowed } from "./allowed.ts";
import { split } from "./pieces.ts";
import type { Piece } from "./pieces.ts";
import { builtInRules } from "./rules.ts";
import type { Rule } from "./rules.ts";
import { makeTokens, tokenPattern } from "./tokens.ts";

interface RedactorOptions {
  /** Random bytes of this bundle: tokens are equal for equal values under it, and mean nothing elsewhere. */
  readonly key: Buffer;
  readonly secrets: readonly Secret[];
  /** The user's own, applied before the built-in ones. */
  readonly rules?: readonly Rule[];
  /** Names shown besides the built-in ones: the profile's headers, the user's. */
  readonly allow?: Allowed;
  /** Values that support needs and no pattern may mask: ids, the hostname. Known secrets still are. */
  readonly keep?: readonly string[];
}

/** Masks text of every kind by the same rules, with the same tokens, into one ledger. */
export interface Redactor {
  /** Free text: log lines, messages, file names. `credentialsOnly` leaves personal data (a body asked for in full). */
  text(text: string, at: Place, credentialsOnly?: boolean): string;
  /** Known secrets alone, before text is cut at `&`, `?` or `#`: a secret may hold those, and would be cut too. */
  secretsOnly(text: string, at: Place): string;
  header(pair: HeaderPair, at: Omit<Place, "place">): HeaderPair;
  /** A URL or request target: host and path stay, query values are masked unless listed. */
  url(url: string, at: Place): string;
  /** Masks a whole value under a rule. */
  mask(rule: string, value: string, at: Place, credential?: boolean): string;
  /** The rule that a key's value falls under, or undefined. */
  ruleOfKey(key: string, credentialsOnly?: boolean): Rule | undefined;
  /** The same for a name that may be a header's or a key's. */
  ruleOfName(name: string): Rule | undefined;
  isAllowedKey: NameTest;
  /** Masks in finished text every credential found anywhere else: one masked in a header is masked in the log too. */
  sweep(text: string, file: string): string;
  /** Credentials found by rules, for the search of the finished archive. */
  readonly found: () => readonly string[];
  readonly counts: () => readonly RedactionCount[];
}

const maxDepth = 4;

/** A redactor for one bundle: its tokens, its ledger and what it found are that bundle's alone. */
export const makeRedactor = (options: RedactorOptions): Redactor => {
  const tokens = makeTokens(options.key);
  const ledger = makeLedger();
  const remembered = new Map<string, string>();
  const rules = [...(options.rules ?? []), ...builtInRules];
  const keep = (options.keep ?? []).filter((value) => value.length >= 3);
  const patterns = rules.flatMap((rule) =>
    rule.pattern === undefined ? [] : [{ rule, regExp: new RegExp(rule.pattern, "giud") }],
  );
  const keyRules = rules.flatMap((rule) => (rule.keys === undefined ? [] : [{ rule, test: keyNames(rule.keys) }]));
  const headerRules = rules.flatMap((rule) =>
    rule.headers === undefined ? [] : [{ rule, test: headerNames(rule.headers) }],
  );
  const allowedHeader = headerNames([...builtInAllowed.headers, ...(options.allow?.headers ?? [])]);
  const isAllowedKey = keyNames([...builtInAllowed.keys, ...(options.allow?.keys ?? [])]);
  const ownAllowed = { key: keyNames(options.allow?.keys ?? []), header: headerNames(options.allow?.headers ?? []) };
  const known = knownSecrets(options.secrets);

  const mask = (rule: string, value: string, at: Place, credential = false): string => {
    ledger.note(rule, at);
    const token = tokens.of(rule, value);
    if (credential && isTelling(value) && !keep.some((kept) => kept.includes(value))) remembered.set(value, token);
    return token;
  };

  const ruleOfKey = (key: string, credentialsOnly = false): Rule | undefined => {
    if (ownAllowed.key(key)) return undefined;
    const rule = keyRules.find(({ test }) => test(key))?.rule;
    return credentialsOnly && rule?.class === "personal" ? undefined : rule;
  };

  const isKept = (value: string): boolean => keep.includes(value);

  const text = (input: string, at: Place, credentialsOnly = false, depth = 0): string => {
    let pieces: readonly Piece[] = split(input, tokenPattern, (match) => match);
    const apply = (pattern: RegExp, replace: (match: string, groups: RegExpExecArray) => string | undefined): void => {
      pieces = pieces.flatMap((piece) => (piece.fixed ? [piece] : split(piece.text, pattern, replace)));
    };
    if (depth < maxDepth) {
      for (const { pattern, open } of wrappings) {
        apply(pattern, (match) => {
          if (isKept(match)) return undefined;
          const inner = open(match);
          // Encoded, but with other bytes around it that are no text: the whole goes, edges included.
          if (inner === undefined)
            return known?.within(match) === true ? mask("known-secret", known.canonical(match), at) : undefined;
          if (inner === match) return undefined;
          // Counted once, as what holds it: the inner run only tells whether there is something to mask.
          const quiet = text(inner, { ...at, place: `${at.place} (encoded)` }, credentialsOnly, depth + 1);
          return quiet === inner ? undefined : mask("encoded", match, at, true);
        });
      }
    }
    if (known !== undefined) apply(known.pattern, (match) => mask("known-secret", known.canonical(match), at));
    for (const { rule, regExp } of patterns) {
      if (credentialsOnly && rule.class === "personal") continue;
      apply(regExp, (match, groups) => {
        const value = groups.groups?.["value"] ?? match;
        if (isKept(value) || !passes(rule.check, value)) return undefined;
        if (rule.check === "dense" && isPath(value)) {
          const segments = value.split("/");
          return segments
            .map((one) => (isKept(one) || !passes("dense", one) ? one : mask(rule.name, one, at, true)))
            .join("/");
        }
        const start = groups.indices?.groups?.["value"]?.[0];
        const offset = start === undefined ? 0 : start - groups.index;
        return (
          match.slice(0, offset) +
          mask(rule.name, value, at, rule.class === "credential") +
          match.slice(offset + value.length)
        );
      });
    }
    apply(queryPattern, (match) => `?${query(match.slice(1), at)}`);
    apply(assignmentPattern, (match, groups) => {
      const { key = "", value = "" } = groups.groups ?? {};
      const rule = ruleOfKey(key, credentialsOnly);
      const bare = value.replace(/^\\*["']|\\*["']$/g, "");
      if (rule === undefined || /^(?:null|true|false|undefined|none|)$/i.test(bare) || isKept(bare)) return undefined;
      // `signature=invalid` is a verdict: no signature is a word.
      if (rule.name === "signature" && /^[A-Za-z]{1,20}$/.test(bare)) return undefined;
      const offset = match.length - value.length + value.indexOf(bare);
      return (
        match.slice(0, offset) +
        mask(rule.name, bare, at, rule.class === "credential") +
        match.slice(offset + bare.length)
      );
    });
    return pieces.map((piece) => piece.text).join("");
  };

  const query = (raw: string, at: Place): string =>
    raw
      .split("&")
      .map((part) => {
        const cut = part.indexOf("=");
        const key = decoded(cut < 0 ? part : part.slice(0, cut));
        const value = cut < 0 ? "" : part.slice(cut + 1);
        const where = { ...at, place: `${at.place} ?${text(key, at)}` };
        if (value === "" || tokenOnly.test(value)) return cut < 0 ? text(part, where) : part;
        const rule = ruleOfKey(key);
        const safe = rule === undefined && (isAllowedKey(key) || isKept(decoded(value)));
        return `${text(part.slice(0, cut), at)}=${safe ? text(value, where) : mask(rule?.name ?? "query", decoded(value), where, rule?.class === "credential")}`;
      })
      .join("&");

  const secretsOnly = (input: string, at: Place): string =>
    known === undefined
      ? input
      : input.replace(known.pattern, (match) => mask("known-secret", known.canonical(match), at));

  const url = (input: string, at: Place): string => {
    const [, base = "", search, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(secretsOnly(input, at)) ?? [];
    return [
      text(base, at),
      search === undefined ? "" : `?${query(search, at)}`,
      fragment === undefined ? "" : `#${mask("query", fragment, at)}`,
    ].join("");
  };

  const header = ([name, value]: HeaderPair, { file }: Omit<Place, "place">): HeaderPair => {
    const at = { file, place: `header ${text(name, { file, place: "header name" })}` };
    const shownName = text(name, at);
    if (value.trim() === "" || tokenOnly.test(value)) return [shownName, value];
    const rule = ownAllowed.header(name) ? undefined : headerRules.find(({ test }) => test(name))?.rule;
    if (rule === undefined || allowedHeader(name)) {
      if (!allowedHeader(name)) return [shownName, isKept(value) ? value : mask("header", value, at)];
      return [shownName, /^(?:location|referer|origin)$/i.test(name) ? url(value, at) : text(value, at)];
    }
    if (rule.name === "signature") return [shownName, signature(value, at)];
    const [scheme] = /^(?:bearer|basic|digest|negotiate|token|apikey)\s+/i.exec(value) ?? [""];
    return [shownName, scheme + mask(rule.name, value.slice(scheme.length), at, rule.class === "credential")];
  };

  /** The notation of a signature stays (`sha256=`, `t=…,v1=`): what is wrong is often the form. */
  const signature = (value: string, at: Place): string => {
    let masked = false;
    const shown = value.replace(/[A-Za-z0-9+/_-]{12,}={0,2}/g, (run) => {
      masked = true;
      return mask("signature", run, at, true);
    });
    return masked && known?.test(shown) !== true ? shown : mask("signature", value, at);
  };

  return {
    text: (input, at, credentialsOnly) => text(input, at, credentialsOnly),
    secretsOnly,
    header,
    url,
    mask,
    ruleOfKey,
    ruleOfName: (name) =>
      ruleOfKey(name) ?? (ownAllowed.header(name) ? undefined : headerRules.find(({ test }) => test(name))?.rule),
    isAllowedKey,
    sweep: (input, file) => {
      const values = [...remembered.keys()].toSorted((a, b) => b.length - a.length);
      if (values.length === 0) return input;
      const pattern = new RegExp(values.map(escapeRegExp).join("|"), "g");
      return input.replace(pattern, (match) => {
        ledger.note("repeated", { file, place: "found elsewhere as a credential" });
        return remembered.get(match) ?? match;
      });
    },
    found: () => [...remembered.keys()],
    counts: () => ledger.rows(),
  };
};

/** Words between slashes: only its secret segments are masked, for support needs the path. */
const isPath = (value: string): boolean => /(?:^|\/)[a-z][a-z0-9-]{2,}(?:\/|$)/.test(value) && value.includes("/");

/**
 * Whether a value says enough to be looked for elsewhere: `required` under a key `auth` is masked
 * there, but must not take the word out of everything else.
 */
const isTelling = (value: string): boolean => value.length >= 8 && !/^[A-Za-z]+(?:[-_. ][A-Za-z]+)*$/.test(value);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};

const tokenOnly = /^(?:\s|\[redacted:[a-z0-9-]+:[0-9a-f]+\])+$/;
const queryPattern = /(?<=[\p{L}\p{N}/._~%-])\?[A-Za-z0-9_.~%[\]-]{1,200}=[^\s"'<>#\\]*/gu;
const assignmentPattern =
  /(?<![A-Za-z0-9_])(?:\\*["'])?(?<key>[A-Za-z_][A-Za-z0-9_.-]{0,60})(?:\\*["'])?[ \t]{0,3}(?:=>|[=:])[ \t]{0,3}(?<value>(?:bearer|basic|digest|token|apikey)[ \t]+[^\s,;"'\\]+(?:"[^"\\]*")?|\\*"[^"\\]*\\*"|\\*'[^'\\]*\\*'|[^\s,;&"'<>{}[\]()\\]+)/giu;
