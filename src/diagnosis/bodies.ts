import { utf8Text } from "../request/request.ts";
import { unmetered } from "./budget.ts";
import type { WorkMeter } from "./budget.ts";
import { transforms } from "./transforms/index.ts";
import type { Body, BodyChange, BodyFacts, Step, Transform } from "./types.ts";
import { firstDifference } from "./types.ts";

/** At most this many changes are applied one after the other, and no more than this cost in all. */
const maxDepth = 3;
const maxCost = 10;
/** A change after another one may cost this much; what costs more than the second is not changed further. */
const nestedCost = 5;
const maxExpanded = 6;
/** Bodies kept in memory for the combinations with keys and contents. */
const maxCachedBytes = 32 * 1024 * 1024;
const keptCost = 4;
/** Bodies beyond this many bytes are not changed in rare ways. */
const largeBody = 65_536;
/** Making a body takes as long as hashing it once, and so many bytes more. */
const buildOverhead = 5000;
/** Looking for the changes of a body takes as long as hashing it so many times; what is dearer is counted where it is done. */
const scanFactor = 4;

/** A body as it may have been signed. */
export interface BodyVariant {
  readonly cost: number;
  readonly depth: number;
  /** What making its bytes takes, as bytes hashed in the same time. */
  readonly work: number;
  /** Whether it is tried only with the scheme and the key as documented. */
  readonly isBodyOnly?: true;
  readonly bytes: () => Buffer | undefined;
  /** What was changed to get there, in the order of application; offsets are those of the received body. */
  readonly steps: () => readonly Step[];
}

interface Node extends BodyVariant {
  readonly layer: number;
  readonly families: readonly string[];
  /** What a further change may cost. */
  readonly room: number;
}

/** Bytes whose text is made when it is asked for. */
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

/**
 * The bodies that may have been signed, by cost: the received one first, then each change alone,
 * then several. Made when asked for.
 */
export class BodyVariants {
  /** Families of changes that failed on a body: what they would have made is not tested. */
  readonly failed = new Set<string>();
  readonly #facts: BodyFacts;
  readonly #levels: Node[][] = [];
  readonly #received: Buffer;
  readonly #transforms: readonly Transform[];
  /** The level whose bodies are being changed further, and the next one of it. */
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
   * Every body of exactly this cost.
   * @param meter told before each piece of work what it costs; once it says no, what is not made
   *   yet stays out, until it is asked for again
   */
  at(cost: number, meter: WorkMeter = unmetered): readonly BodyVariant[] {
    // Further changes only of what is likely itself.
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
    // In a large body each change is dear: three changes at once are left out.
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

  /** A stranger decides what a body is: whatever that does to a change, it ends that change alone. */
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
        // Offsets after an earlier change are not those of the received body: say where the whole first differs.
        const place = firstDifference(this.#received, after);
        const moved = parent.layer === 1 || own.length === 0 || this.#received.length > largeBody;
        return [
          ...parent.steps(),
          ...own.map((step) => (moved ? { ...step, firstByte: place } : this.#placed(step, transform))),
        ];
      },
    };
  }

  /** Where the step alone changes the received body. */
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
