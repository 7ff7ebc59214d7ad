import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { BodyVariant, BodyVariants } from "./bodies.ts";
import { BudgetTracker } from "./budget.ts";
import type { Budget, WorkMeter } from "./budget.ts";
import type { KeyVariant } from "./keys.ts";
import { matching } from "./matching.ts";
import { formContent } from "./signing-variants.ts";
import type { SigningVariant } from "./signing-variants.ts";
import type { Target } from "./targets.ts";
import type { Step } from "./types.ts";

/** What has been tested against the signature: only that is ruled out. */
export class TestedCandidates {
  readonly keys = new Set<unknown>();
  readonly signingVariants = new Set<SigningVariant>();
  /** Bodies tested besides the received one. */
  readonly bodies = new Set<BodyVariant>();

  add(body: BodyVariant, variant: SigningVariant, key: unknown): void {
    this.keys.add(key);
    this.signingVariants.add(variant);
    if (body.depth > 0) this.bodies.add(body);
  }
}

export interface SearchSpace {
  readonly targets: readonly Target[];
  readonly keys: readonly KeyVariant[];
  readonly signingVariants: readonly SigningVariant[];
  readonly bodies: BodyVariants;
  readonly receivedLength: number;
  /** Content-Length, if it differs from the received length. */
  readonly announced: number | undefined;
  readonly tested: TestedCandidates;
}

export interface Match {
  readonly steps: readonly Step[];
  readonly key: KeyVariant;
  readonly variant: SigningVariant;
  /** The notation the signature is in: hex, base64 … */
  readonly notation: string;
  /** False if too few bytes were compared for proof. */
  readonly certain: boolean;
  /** The body that the signature covers. */
  readonly body?: Buffer;
}

export interface Outcome {
  readonly match: Match | undefined;
  readonly tried: number;
  /** True if the budget ended the search early. */
  readonly stopped: boolean;
}

const maxTotal = 10;
/**
 * Extra cost, for large bodies, of combining a changed body with an undocumented scheme, because each try is expensive.
 */
const alteredBodyPremium = 2;
const largeBody = 65_536;
/** Parsing and sorting form fields costs as much as hashing the body this many times. */
const sortFactor = 100;
/** The budget share for bodies with the announced length. */
const announcedShare = 0.4;

/**
 * Finds the smallest change under which a signature matches: tries all combinations of body, signing variant and key of
 * total cost 0, then 1, and so on. Deterministic except for the clock.
 */
export const search = (space: SearchSpace, budget: Budget, now?: () => number): Outcome =>
  new Search(space, budget, now).run();

class Search {
  readonly #space: SearchSpace;
  readonly #tracker: BudgetTracker;
  readonly #keys: readonly (readonly KeyVariant[])[];
  readonly #signingVariants: readonly (readonly SigningVariant[])[];
  readonly #keyObjects = new Map<KeyVariant, KeyObject>();
  #form: { readonly bytes: Buffer; readonly content: Buffer } | undefined;
  #guess: Match | undefined;

  constructor(space: SearchSpace, budget: Budget, now: (() => number) | undefined) {
    this.#space = space;
    this.#tracker = new BudgetTracker(budget, now);
    this.#keys = byCost(space.keys);
    this.#signingVariants = byCost(space.signingVariants);
  }

  run(): Outcome {
    const match = this.#announcedLength() ?? this.#byTotal() ?? this.#guess;
    const { tried, stopped, skipped } = this.#tracker;
    return { match, tried, stopped: stopped || skipped };
  }

  /** Tries bodies of the announced length first: they are the likeliest. */
  #announcedLength(): Match | undefined {
    const { announced, bodies, receivedLength } = this.#space;
    if (announced === undefined || announced === receivedLength) return undefined;
    const tracker = this.#tracker;
    const meter: WorkMeter = {
      spend: (work) => tracker.isWithin(announcedShare) && tracker.spend(work),
      affords: (work) => tracker.affords(work),
    };
    for (let cost = 1; cost <= 9; cost++) {
      for (const body of bodies.at(cost, meter)) {
        if (!meter.spend(body.work)) return undefined;
        const bytes = body.bytes();
        if (bytes?.length !== announced) continue;
        for (let rest = 0; rest <= 3; rest++) {
          const match = this.#schemes(body, bytes, rest);
          if (match !== undefined) return match;
        }
      }
    }
    return undefined;
  }

  #byTotal(): Match | undefined {
    const tracker = this.#tracker;
    for (let total = 0; total <= maxTotal; total++) {
      // At high costs only the body is changed; other combinations would explode.
      for (let cost = 0; cost <= total; cost++) {
        const rest = total - cost;
        if (rest > 0 && total > 8) continue;
        for (const body of this.#space.bodies.at(cost, tracker)) {
          if (!this.#isWorth(cost, rest) || (rest > 0 && body.isBodyOnly === true)) continue;
          if (!tracker.spend(body.work)) return undefined;
          const bytes = body.bytes();
          if (bytes === undefined) continue;
          const match = this.#schemes(body, bytes, rest);
          if (match !== undefined) return match;
        }
      }
    }
    return undefined;
  }

  #isWorth(cost: number, rest: number): boolean {
    if (cost === 0 || rest === 0) return true;
    for (let key = 0; key <= rest; key++) {
      if ((this.#keys[key]?.length ?? 0) > 0 && (this.#signingVariants[rest - key]?.length ?? 0) > 0) return true;
    }
    return false;
  }

  /** Tries all signing variants and keys of total cost `rest`. */
  #schemes(body: BodyVariant, bytes: Buffer, rest: number): Match | undefined {
    const premium = body.cost > 0 && this.#space.receivedLength > largeBody ? alteredBodyPremium : 0;
    for (let keyCost = 0; keyCost <= rest; keyCost++) {
      const costLeft = rest - keyCost;
      for (const variant of this.#signingVariants[costLeft === 0 ? 0 : costLeft - premium] ?? []) {
        if (costLeft > 0 && variant.cost === 0) break;
        for (const key of this.#keys[keyCost] ?? []) {
          if (!this.#tracker.try(bytes.length)) return undefined;
          const mac = this.#mac(bytes, variant, key);
          if (mac === undefined) continue;
          this.#space.tested.add(body, variant, key);
          const match = this.#match(mac, body, bytes, variant, key);
          if (match?.certain === true) return match;
          this.#guess ??= match;
        }
      }
    }
    return undefined;
  }

  #match(mac: Buffer, body: BodyVariant, bytes: Buffer, variant: SigningVariant, key: KeyVariant): Match | undefined {
    for (const target of this.#space.targets) {
      const found = matching(mac, target.bytes, variant.cut === true);
      if (found === undefined) continue;
      const isPlain = body.cost === 0 && variant.cost === 0 && key.cost === 0;
      // A match of four to seven bytes counts only if nothing else was changed.
      if (!found.certain && !isPlain) continue;
      return {
        steps: [
          ...target.steps,
          ...found.steps,
          ...unitSteps(variant),
          ...key.steps,
          ...otherSteps(variant),
          ...body.steps(),
        ],
        key,
        variant,
        notation: target.notation,
        certain: found.certain,
        body: bytes,
      };
    }
    return undefined;
  }

  /** Undefined if the signed content can't be built from this body. */
  #mac(bytes: Buffer, variant: SigningVariant, key: KeyVariant): Buffer | undefined {
    const hasForm = variant.pieces.includes("form");
    const form = hasForm ? this.#formContent(bytes) : undefined;
    return hasForm && form === undefined ? undefined : macOf(bytes, variant, key, this.#keyObject(key), form);
  }

  /** A form's sorted fields, cached for all keys and algorithms. */
  #formContent(bytes: Buffer): Buffer | undefined {
    if (this.#form?.bytes !== bytes) {
      if (!this.#tracker.affords(bytes.length * sortFactor)) return undefined;
      this.#form = { bytes, content: formContent(bytes) };
    }
    return this.#form.content;
  }

  #keyObject(key: KeyVariant): KeyObject {
    const existing = this.#keyObjects.get(key);
    if (existing !== undefined) return existing;
    const made = createSecretKey(key.key);
    this.#keyObjects.set(key, made);
    return made;
  }
}

/** The signature bytes of one variant. */
export const macOf = (
  bytes: Buffer,
  variant: SigningVariant,
  key: KeyVariant,
  keyObject?: KeyObject,
  form?: Buffer,
): Buffer => {
  const hash = variant.kind === "hmac" ? createHmac(variant.hash, keyObject ?? key.key) : createHash(variant.hash);
  for (const piece of variant.pieces) {
    if (piece === "body") hash.update(bytes);
    else if (piece === "secret") hash.update(key.text);
    else if (piece === "form") hash.update(form ?? formContent(bytes));
    else hash.update(Buffer.isBuffer(piece) ? piece : piece.of(bytes));
  }
  return hash.digest();
};

const unitSteps = (variant: SigningVariant): readonly Step[] =>
  variant.steps.filter((step) => step.code === "timestamp-unit");
const otherSteps = (variant: SigningVariant): readonly Step[] =>
  variant.steps.filter((step) => step.code !== "timestamp-unit");

const byCost = <T extends { readonly cost: number }>(items: readonly T[]): readonly (readonly T[])[] => {
  const levels: T[][] = [];
  for (const item of items) (levels[item.cost] ??= []).push(item);
  return levels;
};
