import { diffBytes } from "../compare/byte-diff.ts";
import { stackFixes } from "../diagnosis/fixes.ts";
import { errorText } from "../listener/error-text.ts";
import { RecentMap } from "../listener/recent.ts";
import { bytesExcerpt } from "../formats/bytes-excerpt.ts";
import { advice } from "../signature/advice.ts";
import type { Verdict } from "../signature/verdict.ts";
import { verify } from "../signature/verify.ts";
import { rowVerdict } from "./rows.ts";
import { candidateOf } from "./desk.ts";
import type { Desk, Loaded } from "./desk.ts";
import type { Entry } from "./store.ts";
import { titles } from "./titles.ts";
import type { Detail } from "./types.ts";

type Diff = NonNullable<Detail["diff"]>;
type Finding = Detail["findings"][number];

/** Why a request is valid or invalid, and how its body differs from the signed one. */
export interface Explained {
  readonly verdict: Verdict;
  readonly diff: Diff | null;
}

/** Number of cached explanations. */
const remembered = 500;
/** How many stored requests are explained in advance. */
const maxSearched = 50;
const maxRanges = 200;
const maxExcerpt = 200;

/** Explains requests and caches the results, so that each is searched only once. */
export class Explanations {
  readonly #desk: Desk;
  readonly #known = new RecentMap<Promise<Explained | null>>(remembered);

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Null where the request cannot be verified. */
  of(entry: Entry, loaded: Loaded): Promise<Explained | null> {
    const { store, mask } = this.#desk;
    const { id } = entry.row;
    const existing = this.#known.get(id);
    if (existing !== undefined) return existing;
    const found = this.#explain(entry, loaded).then((explained) => {
      // Update the list with the cause.
      if (explained !== null && explained.verdict.cause !== entry.row.verdict.cause)
        store.update(entry, { verdict: rowVerdict(explained.verdict, null, mask) });
      return explained;
    });
    this.#known.set(id, found);
    return found;
  }

  /** Searches for the causes of stored requests that have none yet, newest first, one at a time. */
  async ofStored(isOver: () => boolean): Promise<void> {
    const { store, load } = this.#desk;
    const open = store.entries.filter(({ row }) => row.verdict.cause === "unexplained").slice(-maxSearched);
    for (const entry of open.toReversed()) {
      const loaded = isOver() ? undefined : await load(entry);
      if (loaded !== undefined) await this.of(entry, loaded);
    }
  }

  async #explain({ row }: Entry, { request, overflow }: Loaded): Promise<Explained | null> {
    const candidate = candidateOf(this.#desk, row.provider);
    if (candidate === undefined || candidate.secrets.length === 0 || overflow) return null;
    if ("undocumented" in candidate.profile.schemes) return null;
    const options = this.#desk.verifyOptions(Date.parse(row.at));
    const plain = verify(request, candidate.profile, candidate.secrets, options);
    if (plain.valid) return { verdict: plain, diff: null };
    try {
      const { verdict, signedBody } = await this.#desk.explainer.explain(request, candidate, options);
      return { verdict, diff: signedBody === undefined ? null : this.#diff(signedBody, request.body) };
    } catch (error) {
      const finding = { ...unexplained, message: `The cause was not found: ${errorText(error)}.` };
      return { verdict: { ...plain, findings: [...plain.findings, finding] }, diff: null };
    }
  }

  #diff(signed: Buffer, received: Buffer): Diff {
    const { mask } = this.#desk;
    const { places, complete } = diffBytes(signed, received, maxRanges);
    const masked = { signed: mask.bytes(signed), received: mask.bytes(received) };
    const excerpt = (side: keyof typeof masked, from: number, length: number): string =>
      bytesExcerpt(masked[side].subarray(from, from + length), maxExcerpt);
    return {
      ranges: places.map(({ sentOffset, sentLength, receivedOffset, receivedLength }) => ({
        from: receivedOffset,
        to: receivedOffset + receivedLength,
        received: excerpt("received", receivedOffset, receivedLength),
        expected: excerpt("signed", sentOffset, sentLength),
      })),
      complete,
      expectedBytes: signed.length,
    };
  }
}

const unexplained = { code: "unexplained", certain: false, fix: "", firstByte: null } as const;

/** The findings with their titles; secrets are masked in all texts. */
export const findingsOf = ({ findings }: Verdict, { mask }: Desk): readonly Finding[] =>
  findings.map((finding) => ({ ...finding, message: mask.text(finding.message), title: titles[finding.code] }));

/** What to do about each finding; if the raw body must be read, with code for each stack. */
export const fixesOf = ({ findings }: Verdict): Detail["fixes"] =>
  findings
    .filter(({ fix }) => fix !== "")
    .map(({ code, fix }) => {
      const [text = "", ...more] = fix.split("\n");
      return more.length > 0 && advice[code].needsRawBody
        ? { code, text, stacks: stackFixes }
        : { code, text: fix, stacks: [] };
    });
