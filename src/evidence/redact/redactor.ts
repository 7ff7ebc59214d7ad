import type { HeaderPair } from "../../request/request.ts";
import { readJson } from "../../values/json-text.ts";
import type { Secret } from "../../values/secret.ts";
import { assignments } from "./assignments.ts";
import type { Assignment } from "./assignments.ts";
import { redactJson } from "./body.ts";
import { passesCheck } from "./checks.ts";
import { wrappings } from "./inside.ts";
import { jsonSpans } from "./json-spans.ts";
import type { Found, KnownSecrets } from "./known-secrets.ts";
import { knownSecrets } from "./known-secrets.ts";
import { makeRedactionLog } from "./redaction-log.ts";
import type { Place, RedactionCount } from "./redaction-log.ts";
import { makeReplacer } from "./replacer.ts";
import { headerNames, keyNames } from "./names.ts";
import type { NameTest } from "./names.ts";
import { builtInAllowed } from "./allowed.ts";
import type { Allowed } from "./allowed.ts";
import { pairs } from "./pairs.ts";
import { split } from "./pieces.ts";
import type { TextPiece } from "./pieces.ts";
import { privateKeys } from "./private-keys.ts";
import { patternOfRule } from "./rules-file.ts";
import { builtInRules } from "./rules.ts";
import type { UserRule } from "./rules-file.ts";
import type { Finder } from "./user-pattern.ts";
import type { Rule } from "./rules.ts";
import { makeTokens, tokenPattern } from "./tokens.ts";

interface RedactorOptions {
  /** The bundle's random key: equal values get equal tokens, which mean nothing in other bundles. */
  readonly key: Buffer;
  readonly secrets: readonly Secret[];
  /** The user's rules, applied before the built-in ones. */
  readonly rules?: readonly UserRule[];
  /** Additional names to show (the profile's headers, the user's), and disabled rules. */
  readonly allow?: Partial<Allowed>;
  /** Values that support needs and no pattern may mask: ids, the hostname. Known secrets are masked anyway. */
  readonly keep?: readonly string[];
}

/** Masks all kinds of text with the same rules, tokens and log. */
export interface Redactor {
  /** Free text: log lines, messages, file names. `credentialsOnly` leaves personal data unmasked (for full bodies). */
  text(text: string, at: Place, credentialsOnly?: boolean): string;
  /** Masks known secrets only; call it before splitting text at `&`, `?` or `#`, which a secret may contain. */
  secretsOnly(text: string, at: Place): string;
  /** Where known secrets stand in text, in any spelling. */
  findSecrets(text: string): readonly Found[];
  header(pair: HeaderPair, at: Omit<Place, "place">): HeaderPair;
  /** A URL or request target: host and path stay, query values are masked unless listed. */
  url(url: string, at: Place): string;
  /** Masks a whole value under a rule. */
  mask(rule: string, value: string, at: Place, credential?: boolean): string;
  /** The rule that a key's value falls under, or undefined. */
  ruleOfKey(key: string, credentialsOnly?: boolean): Rule | undefined;
  /** The same for a name that may be a header or a key. */
  ruleOfName(name: string, credentialsOnly?: boolean): Rule | undefined;
  isAllowedKey: NameTest;
  /** Masks credentials found elsewhere in finished text: one masked in a header is masked in the log too. */
  sweep(text: string, file: string): string;
  /** Credentials found by rules, for the scan of the finished archive. */
  readonly found: () => readonly string[];
  readonly counts: () => readonly RedactionCount[];
}

const maxDepth = 4;

/** Creates the redactor of one bundle, with its own tokens, log and found credentials. */
export const makeRedactor = (options: RedactorOptions): Redactor => {
  const tokens = makeTokens(options.key);
  const redactionLog = makeRedactionLog();
  const remembered = makeReplacer();
  const off = new Set(options.allow?.rules);
  const rules: readonly UserRule[] = [...(options.rules ?? []), ...builtInRules.filter(({ name }) => !off.has(name))];
  const keep = (options.keep ?? []).filter((value) => value.length >= 3);
  const patterns = rules.flatMap((rule) =>
    rule.pattern === undefined
      ? []
      : [{ rule, regExp: rule.finder ?? patternOfRule(rule.pattern, rule.caseSensitive) }],
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
    redactionLog.note(rule, at);
    const token = tokens.of(rule, value);
    if (credential && isDistinctive(value) && !keep.some((kept) => kept.includes(value))) remembered.set(value, token);
    return token;
  };

  const ruleOfKey = (key: string, credentialsOnly = false): Rule | undefined => {
    if (ownAllowed.key(key)) return undefined;
    const rule = keyRules.find(({ test }) => test(key))?.rule;
    return credentialsOnly && rule?.class === "personal" ? undefined : rule;
  };

  const isKept = (value: string): boolean => keep.includes(value);

  /** Whether a match is part of a kept value, such as the digits of an event id. */
  const withinKept = (input: string, at: number, value: string): boolean =>
    keep.some((kept) => {
      for (let inside = kept.indexOf(value); inside >= 0; inside = kept.indexOf(value, inside + 1))
        if (at >= inside && input.startsWith(kept, at - inside)) return true;
      return false;
    });

  const ruleOfName = (name: string, credentialsOnly = false): Rule | undefined =>
    ruleOfKey(name, credentialsOnly) ??
    (ownAllowed.header(name)
      ? undefined
      : headerRules.find(({ rule, test }) => rule.class === "credential" && test(name))?.rule);

  /** Cache of short texts without matches: the keys and words that repeat in every log line. */
  const clean = new Set<string>();

  const text = (input: string, at: Place, credentialsOnly = false, depth = 0): string => {
    const key = input.length <= 200 && depth < maxDepth ? `${credentialsOnly}${input}` : undefined;
    if (key !== undefined && clean.has(key)) return input;
    const shown = masked(input, at, credentialsOnly, depth);
    if (key !== undefined && shown === input) {
      if (clean.size >= 20_000) clean.clear();
      clean.add(key);
    }
    return shown;
  };

  const masked = (input: string, at: Place, credentialsOnly: boolean, depth: number): string => {
    const opened = depth < maxDepth ? openJson(input, at, credentialsOnly, depth) : input;
    let pieces: readonly TextPiece[] = split(opened, tokenPattern, (match) => match);
    const apply = (
      pattern: RegExp | Finder,
      replace: (match: string, groups: RegExpExecArray) => string | undefined,
    ): void => {
      pieces = pieces.flatMap((piece) => (piece.fixed ? [piece] : split(piece.text, pattern, replace)));
    };
    const applyKnown = (find: KnownSecrets["find"]): void => {
      pieces = pieces.flatMap((piece) => (piece.fixed ? [piece] : knownIn(piece.text, find, at)));
    };
    if (known !== undefined) applyKnown(known.findText);
    if (depth < maxDepth) {
      for (const { pattern, hint, open } of wrappings) {
        if (!hint.test(opened)) continue;
        apply(pattern, (match) => {
          if (isKept(match)) return undefined;
          const inner = open(match);
          // Encoded, but surrounded by binary data: mask all of it.
          if (inner === undefined)
            return known?.within(match) === true
              ? mask("known-secret", known.find(match)[0]?.secret ?? match, at)
              : undefined;
          if (inner === match) return undefined;
          // Only counted once, for the outer value: the inner run just finds out whether there is something to mask.
          const quiet = text(inner, { ...at, place: `${at.place} (encoded)` }, credentialsOnly, depth + 1);
          return quiet === inner ? undefined : mask("encoded", match, at, true);
        });
      }
    }
    if (known !== undefined) applyKnown(known.find);
    pieces = pieces.flatMap((piece) => (piece.fixed ? [piece] : keysIn(piece.text, at)));
    for (const { rule, regExp } of patterns) {
      if (credentialsOnly && rule.class === "personal") continue;
      apply(regExp, (match, groups) => {
        const [start, end] = groups.indices?.groups?.["value"] ?? [groups.index, groups.index + match.length];
        const value = groups.input.slice(start, end);
        const bare = value.replace(outerQuotes, "");
        if (isKept(bare) || !passesCheck(rule.check, bare) || withinKept(groups.input, start, value)) return undefined;
        if (rule.check === "dense" && isPath(value)) {
          const segments = value.split("/");
          return segments
            .map((one) => (isKept(one) || !passesCheck("dense", one) ? one : mask(rule.name, one, at, true)))
            .join("/");
        }
        const from = start - groups.index + value.indexOf(bare);
        const token = mask(rule.name, bare, at, rule.class === "credential");
        return match.slice(0, from) + token + match.slice(from + bare.length);
      });
    }
    apply(queryPattern, (match) => `${match.slice(0, 1)}${query(match.slice(1), at)}`);
    for (const find of [pairs, assignments])
      pieces = pieces.flatMap((piece) => (piece.fixed ? [piece] : named(piece.text, find, at, credentialsOnly)));
    return pieces.map((piece) => piece.text).join("");
  };

  const keysIn = (input: string, at: Place): readonly TextPiece[] => {
    const pieces: TextPiece[] = [];
    let from = 0;
    for (const { start, end } of privateKeys(input)) {
      const token = mask("private-key", input.slice(start, end), at, true);
      pieces.push({ text: input.slice(from, start), fixed: false }, { text: token, fixed: true });
      from = end;
    }
    return [...pieces, { text: input.slice(from), fixed: false }];
  };

  /** Masks JSON within text as JSON, so that separate names and values are matched. */
  const openJson = (input: string, at: Place, credentialsOnly: boolean, depth: number): string => {
    let out = "";
    let from = 0;
    for (const { start, end } of jsonSpans(input)) {
      const json = input.slice(start, end);
      if (readJson(json) === undefined) continue;
      const shown = redactJson(inside(depth + 1), json, credentialsOnly ? "full" : "redacted", [], at);
      out += input.slice(from, start) + shown;
      from = end;
    }
    return out + input.slice(from);
  };

  /** Masks values found by their names. */
  const named = (
    input: string,
    find: (text: string, wanted: (name: string) => boolean) => readonly Assignment[],
    at: Place,
    credentialsOnly: boolean,
  ): readonly TextPiece[] => {
    const pieces: TextPiece[] = [];
    let from = 0;
    for (const { key, start, end } of find(input, (name) => ruleOfName(name, credentialsOnly) !== undefined)) {
      const rule = ruleOfName(key, credentialsOnly);
      const value = input.slice(start, end);
      if (rule === undefined || /^(?:null|true|false|undefined|none|nil)$/i.test(value) || isKept(value)) continue;
      // `signature=invalid` is a verdict: a real signature is never a plain word.
      if (rule.name === "signature" && /^[A-Za-z]{1,20}$/.test(value)) continue;
      pieces.push(
        { text: input.slice(from, start), fixed: false },
        { text: mask(rule.name, value, at, rule.class === "credential"), fixed: true },
      );
      from = end;
    }
    return [...pieces, { text: input.slice(from), fixed: false }];
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

  const knownIn = (input: string, find: KnownSecrets["find"], at: Place): readonly TextPiece[] => {
    const pieces: TextPiece[] = [];
    let from = 0;
    for (const { start, end, secret } of find(input)) {
      pieces.push(
        { text: input.slice(from, start), fixed: false },
        { text: mask("known-secret", secret, at), fixed: true },
      );
      from = end;
    }
    return [...pieces, { text: input.slice(from), fixed: false }];
  };

  const secretsOnly = (input: string, at: Place): string =>
    known === undefined
      ? input
      : knownIn(input, known.find, at)
          .map((piece) => piece.text)
          .join("");

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
    const maskedName = text(name, at);
    if (value.trim() === "" || tokenOnly.test(value)) return [maskedName, value];
    const rule = ownAllowed.header(name) ? undefined : headerRules.find(({ test }) => test(name))?.rule;
    if (rule === undefined || allowedHeader(name)) {
      if (!allowedHeader(name)) return [maskedName, isKept(value) ? value : mask("header", value, at)];
      return [maskedName, /^(?:location|referer|origin)$/i.test(name) ? url(value, at) : text(value, at)];
    }
    if (rule.name === "signature") return [maskedName, signature(value, at)];
    const [scheme] = /^(?:bearer|basic|digest|negotiate|token|apikey)\s+/i.exec(value) ?? [""];
    return [maskedName, scheme + mask(rule.name, value.slice(scheme.length), at, rule.class === "credential")];
  };

  /** Keeps a signature's notation (`sha256=`, `t=…,v1=`): the error is often in the format. */
  const signature = (value: string, at: Place): string => {
    let masked = false;
    const shown = value.replace(/[A-Za-z0-9+/_-]{12,}={0,2}/g, (run) => {
      masked = true;
      return mask("signature", run, at, true);
    });
    return masked && known?.test(shown) !== true ? shown : mask("signature", value, at);
  };

  /** The redactor for JSON within text, which limits how deep nested text is decoded. */
  const inside = (depth: number): Redactor => ({
    ...redactor,
    text: (input, at, credentialsOnly) => text(input, at, credentialsOnly, depth),
  });

  const redactor: Redactor = {
    text: (input, at, credentialsOnly) => text(input, at, credentialsOnly),
    secretsOnly,
    findSecrets: (input) => known?.find(input) ?? [],
    header,
    url,
    mask,
    ruleOfKey,
    ruleOfName,
    isAllowedKey,
    sweep: (input, file) =>
      remembered.replace(input, () =>
        redactionLog.note("repeated", { file, place: "found elsewhere as a credential" }),
      ),
    found: () => remembered.values(),
    counts: () => redactionLog.rows(),
  };
  return redactor;
};

/** Whether a value is a path: only its secret segments are masked, because support needs the rest. */
const isPath = (value: string): boolean => /(?:^|\/)[a-z][a-z0-9-]{2,}(?:\/|$)/.test(value) && value.includes("/");

/**
 * Whether a value is distinctive enough to be masked elsewhere too: `required` under a key `auth` is masked there, but
 * not in all other text.
 */
const isDistinctive = (value: string): boolean => value.length >= 8 && !/^[A-Za-z]+(?:[-_. ][A-Za-z]+)*$/.test(value);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};

const tokenOnly = /^(?:\s|\[redacted:[a-z0-9-]+:[0-9a-f]+\])+$/;
const outerQuotes = /^\\{0,8}["']|\\{0,8}["']$/g;
// Fragments in query form count too, such as a login's redirect.
const queryPattern = /(?<=[\p{L}\p{N}/._~%=-])[?#][A-Za-z0-9_.~%[\]-]{1,200}=[^\s"'<>#\\]*/gu;
