import { utf8Text } from "../request/request.ts";
import { transforms } from "./transforms/index.ts";
import type { Body, BodyChange, BodyFacts, Step, Transform } from "./types.ts";
import { firstDifference } from "./types.ts";

/** At most this many changes are applied one after the other, and no more than this cost in all. */
const maxDepth = 3;
const maxCost = 10;
/** A change after another one may cost this much. */
const nestedCost = 5;
/** Bodies kept in memory for the combinations with keys and contents. */
const keptBytes = 32 * 1024 * 1024;
const keptCost = 4;
/** Bodies beyond this many bytes are not changed in rare ways. */
const largeBody = 65_536;
/** Making a body takes as long as hashing it once, and so many bytes more. */
const making = 5000;
/** Looking for the changes of a body takes as long as hashing it so many times; JSON is read for the first. */
const reading = 150;
const looking = 4;

/** A body as it may have been signed. */
export interface BodyVariant {
  readonly cost: number;
  readonly depth: number;
  /** What making its bytes takes, as bytes hashed in the same time. */
  readonly work: number;
  readonly bytes: () => Buffer | undefined;
  /** What was changed to get there, in the order of application; offsets are those of the received body. */
  readonly steps: () => readonly Step[];
}

interface Node extends BodyVariant {
  readonly layer: number;
  readonly families: readonly string[];
}

/** Bytes whose text is made when it is asked for. */
class Read implements Body {
  readonly bytes: Buffer;
  readonly facts: BodyFacts;
  readonly room: number;
  #text: string | null | undefined;

  constructor(bytes: Buffer, facts: BodyFacts, room: number) {
    this.bytes = bytes;
    this.facts = facts;
    this.room = room;
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
  readonly #facts: BodyFacts;
  readonly #levels: Node[][] = [];
  readonly #received: Buffer;
  #expanded = -1;
  #kept = 0;

  constructor(received: Buffer, facts: BodyFacts) {
    this.#received = received;
    this.#facts = facts;
    this.#levels[0] = [{ cost: 0, depth: 0, layer: 0, families: [], work: 0, bytes: () => received, steps: () => [] }];
  }

  /**
   * Every body of exactly this cost.
   * @param spend told before each piece of work what it costs in bytes; once it says no, what is
   *   not made yet stays out
   */
  at(cost: number, spend: (bytes: number) => boolean = () => true): readonly BodyVariant[] {
    while (this.#expanded < cost - 1) {
      this.#expanded++;
      // Further changes only of what is likely itself.
      if (this.#expanded > 6) continue;
      for (const node of this.#levels[this.#expanded] ?? []) {
        if (!spend(node.depth === 0 ? 0 : this.#received.length * (node.layer < 2 ? reading : looking))) break;
        this.#expand(node);
      }
    }
    return cost > maxCost ? [] : (this.#levels[cost] ?? []);
  }

  #expand(node: Node): void {
    if (node.depth >= maxDepth) return;
    // In a large body each change is dear: three changes at once are left out.
    const isLarge = this.#received.length > largeBody;
    if (node.depth >= 2 && isLarge) return;
    const bytes = node.bytes();
    if (bytes === undefined) return;
    const room = node.depth === 0 ? maxCost : Math.min(nestedCost, maxCost - 1 - node.cost);
    const body = new Read(bytes, this.#facts, room);
    for (const transform of transforms) {
      if (transform.layer < node.layer || node.families.includes(transform.family)) continue;
      if (transform.layer === 2 && node.layer === 2) continue;
      if (node.depth > 0 && (transform.to === "received" || (isLarge && transform.isDear === true))) continue;
      for (const change of transform.changes(body)) {
        const cost = node.cost + change.cost;
        if (change.cost > room) continue;
        (this.#levels[cost] ??= []).push(this.#child(node, bytes, transform, change));
      }
    }
  }

  #child(parent: Node, before: Buffer, transform: Transform, change: BodyChange): Node {
    const cost = parent.cost + change.cost;
    let kept: Buffer | undefined;
    const bytes = (): Buffer | undefined => {
      if (kept !== undefined) return kept;
      const made = change.bytes();
      if (made !== undefined && cost <= keptCost && this.#kept + made.length < keptBytes) {
        this.#kept += made.length;
        kept = made;
      }
      return made;
    };
    return {
      cost,
      depth: parent.depth + 1,
      work: (change.work ?? 0) + this.#received.length + making,
      layer: transform.layer,
      families: [...parent.families, transform.family],
      bytes,
      steps: () => {
        const after = bytes();
        if (after === undefined) return [];
        const own = change.steps(before, after);
        if (parent.depth === 0) return own;
        // Offsets after an earlier change are not those of the received body: say where the whole first differs.
        const place = firstDifference(this.#received, after);
        const moved = parent.layer === 1 || own.length === 0;
        return [
          ...parent.steps(),
          ...own.map((step) => (moved ? { ...step, firstByte: place } : this.#placed(step, transform))),
        ];
      },
    };
  }

  /** Where the step alone changes the received body. */
  #placed(step: Step, transform: Transform): Step {
    const body = new Read(this.#received, this.#facts, nestedCost);
    for (const change of transform.changes(body)) {
      const after = change.bytes();
      const [alone] = after === undefined ? [] : change.steps(this.#received, after);
      if (alone?.done === step.done) return { ...step, firstByte: alone.firstByte ?? null };
    }
    return step;
  }
}
