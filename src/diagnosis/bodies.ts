import { utf8Text } from "../request/request.ts";
import { unmetered } from "./budget.ts";
import type { WorkMeter } from "./budget.ts";
import { transforms } from "./transforms/index.ts";
import type { Body, BodyChange, BodyFacts, Step, Transform } from "./types.ts";
import { firstDifference } from "./types.ts";

/** The maximum number of combined changes, and their maximum total cost. */
const maxDepth = 3;
const maxCost = 10;
/** The maximum cost of a change on top of another. Bodies that cost more than `maxExpanded` get no further changes. */
const nestedCost = 5;
const maxExpanded = 6;
/** Bytes of bodies cached for combinations with keys and contents. */
const maxCachedBytes = 32 * 1024 * 1024;
const keptCost = 4;
/** Rare changes are skipped for bodies larger than this. */
const largeBody = 65_536;
/** Building a body costs as much as hashing it once plus this many bytes. */
const buildOverhead = 5000;
/** Finding a body's changes costs as much as hashing it this many times; more expensive work is counted separately. */
const scanFactor = 4;

/** A body that may have been signed. */
export interface BodyVariant {
  readonly cost: number;
  readonly depth: number;
  /** The cost of building its bytes, in hashed bytes. */
  readonly work: number;
  /** Tried only with the documented scheme and key. */
  readonly isBodyOnly?: true;
  readonly bytes: () => Buffer | undefined;
  /** The changes applied, in order; offsets refer to the received body. */
  readonly steps: () => readonly Step[];
}

interface Node extends BodyVariant {
  readonly layer: number;
  readonly families: readonly string[];
  /** The cost left for further changes. */
  readonly room: number;
}

/** Decodes its text on demand. */
class BodyReader implements Body {
  readonly bytes: Buffer;
  readonly facts: BodyFacts;
  readonly room: number;
  readonly affords: Body["affords"];
  #text: string | null | undefined;

  constructor(bytes: Buffer, facts: BodyFacts, room: number, meter: WorkMeter) {
    this.bytes = bytes;
    this.facts = facts;
    this.room = room;
    this.affords = (work) => meter.affords(work);
  }

  get text(): string | undefined {
    this.#text ??= utf8Text(this.bytes) ?? null;
    return this.#text ?? undefined;
  }
}

/** Candidate bodies by cost: the received one, then single changes, then combinations. Built on demand. */
export class BodyVariants {
  /** Transforms that threw on a body, so their results weren't tested. */
  readonly failed = new Set<string>();
  readonly #facts: BodyFacts;
  readonly #levels: Node[][] = [];
  readonly #received: Buffer;
  readonly #transforms: readonly Transform[];
  /** The level being expanded, and the next body in it. */
  #level = 0;
  #next = 0;
  #kept = 0;

  constructor(received: Buffer, facts: BodyFacts, known: readonly Transform[] = transforms) {
    this.#received = received;
    this.#facts = facts;
    this.#transforms = known;
    this.#levels[0] = [
      {
        cost: 0,
        depth: 0,
        layer: 0,
        families: [],
        room: maxCost,
        work: 0,
        bytes: () => received,
        steps: () => [],
      },
    ];
  }

  /**
   * All bodies of exactly this cost.
   * @param meter asked before each piece of work; if it refuses, expanding stops and resumes with the next call
   */
  at(cost: number, meter: WorkMeter = unmetered): readonly BodyVariant[] {
    // Only likely bodies are changed further.
    for (; this.#level < Math.min(cost, maxExpanded + 1); this.#level++, this.#next = 0) {
      const level = this.#levels[this.#level] ?? [];
      for (; this.#next < level.length; this.#next++) {
        const node = level[this.#next];
        if (!meter.spend(this.#received.length * scanFactor)) return this.#levels[cost] ?? [];
        if (node !== undefined) this.#expand(node, meter);
      }
    }
    return cost > maxCost ? [] : (this.#levels[cost] ?? []);
  }

  #expand(node: Node, meter: WorkMeter): void {
    if (node.depth >= maxDepth) return;
    // Changes of large bodies are expensive: no triple changes.
    const isLarge = this.#received.length > largeBody;
    if (node.depth >= 2 && isLarge) return;
    const bytes = node.bytes();
    if (bytes === undefined) return;
    const body = new BodyReader(bytes, this.#facts, node.room, meter);
    for (const transform of this.#transforms) {
      if (transform.layer < node.layer || node.families.includes(transform.family)) continue;
      if (transform.layer === 2 && node.layer === 2) continue;
      if (node.depth > 0 && (transform.to === "received" || (isLarge && transform.isExpensive === true))) continue;
      this.#guarded(transform, () => {
        for (const change of transform.changes(body)) {
          if (change.cost <= node.room)
            (this.#levels[node.cost + change.cost] ??= []).push(this.#child(node, bytes, transform, change));
        }
      });
    }
  }

  /** Bodies are untrusted input: an exception in a transform ends that transform only. */
  #guarded<T>(transform: Transform, make: () => T): T | undefined {
    try {
      return make();
    } catch {
      this.failed.add(transform.family);
      return undefined;
    }
  }

  #child(parent: Node, before: Buffer, transform: Transform, change: BodyChange): Node {
    const cost = parent.cost + change.cost;
    let kept: Buffer | undefined;
    const bytes = (): Buffer | undefined => {
      if (kept !== undefined) return kept;
      const made = this.#guarded(transform, change.bytes);
      if (made !== undefined && cost <= keptCost && this.#kept + made.length < maxCachedBytes) {
        this.#kept += made.length;
        kept = made;
      }
      return made;
    };
    return {
      cost,
      depth: parent.depth + 1,
      work: (change.work ?? 0) + this.#received.length + buildOverhead,
      layer: transform.layer,
      families: [...parent.families, transform.family],
      ...(change.isBodyOnly === true ? { isBodyOnly: true } : {}),
      room: Math.min(transform.nested ?? nestedCost, maxCost - 1 - cost),
      bytes,
      steps: () => {
        const after = bytes();
        if (after === undefined) return [];
        const own = this.#guarded(transform, () => change.steps(before, after)) ?? [
          { code: "body-altered", done: `a change of its ${transform.family} is undone` },
        ];
        if (parent.depth === 0) return own;
        // After an earlier change, offsets no longer refer to the received body: report the first difference overall.
        const place = firstDifference(this.#received, after);
        const moved = parent.layer === 1 || own.length === 0 || this.#received.length > largeBody;
        return [
          ...parent.steps(),
          ...own.map((step) => (moved ? { ...step, firstByte: place } : this.#placed(step, transform))),
        ];
      },
    };
  }

  /** If the step alone also changes the received body, its `firstByte` is the offset in that body. */
  #placed(step: Step, transform: Transform): Step {
    const body = new BodyReader(this.#received, this.#facts, nestedCost, unmetered);
    for (const change of transform.changes(body)) {
      const after = change.bytes();
      const [alone] = after === undefined ? [] : change.steps(this.#received, after);
      if (alone?.done === step.done) return { ...step, firstByte: alone.firstByte ?? null };
    }
    return step;
  }
}
