import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { signedContent } from "../content.ts";
import type { Candidate, Candidates } from "./bodies.ts";
import type { KeyVariant } from "./keys.ts";
import type { Recipe } from "./recipes.ts";
import type { Target } from "./targets.ts";
import type { Step } from "./types.ts";

/** How much the search may cost. The first two make it deterministic; the clock only guards slow machines. */
export interface Budget {
  /** Bytes hashed in all. */
  readonly bytes: number;
  /** Explanations tested. */
  readonly tries: number;
  /** Milliseconds of the passed clock. */
  readonly ms: number;
}

export const defaultBudget: Budget = { bytes: 400_000_000, tries: 120_000, ms: 700 };

export interface SearchSpace {
  readonly targets: readonly Target[];
  readonly keys: readonly KeyVariant[];
  readonly recipes: readonly Recipe[];
  readonly bodies: Candidates;
  readonly receivedLength: number;
  /** What Content-Length announces, where it is not what came. */
  readonly announced: number | undefined;
}

export interface Match {
  readonly steps: readonly Step[];
  readonly key: KeyVariant;
  /** False where too few bytes were compared to be a proof. */
  readonly certain: boolean;
}

export interface Outcome {
  readonly match: Match | undefined;
  readonly tried: number;
  /** True where the budget ended the search before its end. */
  readonly stopped: boolean;
}

const maxTotal = 10;

/**
 * Looks for the smallest change under which a signature matches: every explanation of total cost 0,
 * then 1, and so on, over bodies, recipes and keys together. Deterministic but for the clock.
 */
export const search = (space: SearchSpace, budget: Budget, now?: () => number): Outcome =>
  new Search(space, budget, now).run();

class Search {
  readonly #space: SearchSpace;
  readonly #budget: Budget;
  readonly #now: (() => number) | undefined;
  readonly #started: number;
  readonly #keys: readonly (readonly KeyVariant[])[];
  readonly #recipes: readonly (readonly Recipe[])[];
  readonly #keyObjects = new Map<KeyVariant, KeyObject>();
  #tried = 0;
  #bytes = 0;
  #work = 0;
  #stopped = false;
  #calls = 0;
  /** How often the clock is read: a try of a small body is quicker than a look at it. */
  readonly #every: number;
  #guess: Match | undefined;

  constructor(space: SearchSpace, budget: Budget, now: (() => number) | undefined) {
    this.#space = space;
    this.#budget = budget;
    this.#now = now;
    this.#every = space.receivedLength > 16_384 ? 1 : 16;
    this.#started = now?.() ?? 0;
    this.#keys = byCost(space.keys);
    this.#recipes = byCost(space.recipes);
  }

  run(): Outcome {
    const match = this.#announcedLength() ?? this.#byTotal() ?? this.#guess;
    return { match, tried: this.#tried, stopped: this.#stopped };
  }

  /** A body of the length that was announced is the likeliest of all. */
  #announcedLength(): Match | undefined {
    const { announced, bodies, receivedLength } = this.#space;
    if (announced === undefined || announced === receivedLength) return undefined;
    for (let cost = 1; cost <= 9; cost++) {
      for (const body of bodies.at(cost, () => this.#isSpent(0.4, 0))) {
        if (this.#isSpent(0.4, receivedLength)) return undefined;
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
    for (let total = 0; total <= maxTotal; total++) {
      // Large totals are for changes of the body alone; combinations of the rest grow beyond sense.
      for (let cost = 0; cost <= total; cost++) {
        const rest = total - cost;
        if (rest > 0 && total > 8) continue;
        for (const body of this.#space.bodies.at(cost, () => this.#isSpent(1, 0))) {
          if (this.#isSpent(1, 0)) return undefined;
          if (!this.#isWorth(cost, rest)) continue;
          const bytes = body.bytes();
          this.#work += cost === 0 ? 0 : this.#space.receivedLength;
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
      if ((this.#keys[key]?.length ?? 0) > 0 && (this.#recipes[rest - key]?.length ?? 0) > 0) return true;
    }
    return false;
  }

  /** All recipes and keys that together cost exactly `rest`. */
  #schemes(body: Candidate, bytes: Buffer, rest: number): Match | undefined {
    for (let keyCost = 0; keyCost <= rest; keyCost++) {
      for (const recipe of this.#recipes[rest - keyCost] ?? []) {
        for (const key of this.#keys[keyCost] ?? []) {
          if (this.#isSpent(1, 0)) return undefined;
          const match = this.#try(body, bytes, recipe, key);
          if (match?.certain === true) return match;
          this.#guess ??= match;
        }
      }
    }
    return undefined;
  }

  #try(body: Candidate, bytes: Buffer, recipe: Recipe, key: KeyVariant): Match | undefined {
    this.#tried++;
    this.#bytes += bytes.length + 200;
    const mac = this.#mac(bytes, recipe, key);
    for (const target of this.#space.targets) {
      const found = compare(mac, target.bytes, recipe.cut === true);
      if (found === undefined) continue;
      const isPlain = body.cost === 0 && recipe.cost === 0 && key.cost === 0;
      // Four to seven bytes that agree tell something only where nothing else was changed.
      if (!found.certain && !isPlain) continue;
      return {
        steps: [
          ...target.steps,
          ...found.steps,
          ...unitSteps(recipe),
          ...key.steps,
          ...otherSteps(recipe),
          ...body.steps(),
        ],
        key,
        certain: found.certain,
      };
    }
    return undefined;
  }

  #mac(bytes: Buffer, recipe: Recipe, key: KeyVariant): Buffer {
    const hash = recipe.kind === "hmac" ? createHmac(recipe.hash, this.#keyObject(key)) : createHash(recipe.hash);
    for (const piece of recipe.pieces) {
      if (piece === "body") hash.update(bytes);
      else if (piece === "secret") hash.update(key.text);
      else if (piece === "form") hash.update(formContent(bytes));
      else hash.update(piece);
    }
    return hash.digest();
  }

  #keyObject(key: KeyVariant): KeyObject {
    const known = this.#keyObjects.get(key);
    if (known !== undefined) return known;
    const made = createSecretKey(key.key);
    this.#keyObjects.set(key, made);
    return made;
  }

  #isSpent(share: number, work: number): boolean {
    this.#work += work;
    if (this.#stopped) return true;
    const isOver =
      this.#tried >= this.#budget.tries ||
      this.#bytes >= this.#budget.bytes ||
      this.#work * 10 >= this.#budget.bytes * 2 ||
      (this.#now !== undefined &&
        this.#calls++ % this.#every === 0 &&
        this.#now() - this.#started > this.#budget.ms * share);
    if (isOver && share === 1) this.#stopped = true;
    return isOver;
  }
}

const unitSteps = (recipe: Recipe): readonly Step[] => recipe.steps.filter((step) => step.code === "timestamp-unit");
const otherSteps = (recipe: Recipe): readonly Step[] => recipe.steps.filter((step) => step.code !== "timestamp-unit");

const formContent = (body: Buffer): Buffer => {
  const none = { timestamp: undefined, id: undefined, method: "", url: undefined, secret: Buffer.alloc(0) };
  const content = signedContent([{ form: "sorted-pairs" }], { ...none, body });
  return typeof content === "string" ? Buffer.alloc(0) : content;
};

/** Whether a computed MAC is what the header holds, whole, cut short or with something behind it. */
const compare = (
  mac: Buffer,
  received: Buffer,
  cut: boolean,
): { readonly certain: boolean; readonly steps: readonly Step[] } | undefined => {
  if (mac[0] !== received[0] || mac[1] !== received[1]) return undefined;
  const length = Math.min(mac.length, received.length);
  if (mac.compare(received, 0, length, 0, length) !== 0) return undefined;
  if (received.length === mac.length) return { certain: true, steps: [] };
  if (received.length > mac.length) {
    const more = received.length - mac.length;
    return {
      certain: true,
      steps: [
        {
          code: "signature-malformed",
          done: `the ${more} ${more === 1 ? "byte" : "bytes"} after the signature are taken off`,
        },
      ],
    };
  }
  if (cut && received.length < 16) return undefined;
  return {
    certain: received.length >= 8,
    steps: [
      {
        code: "signature-truncated",
        done: `only the first ${received.length} of the signature's ${mac.length} bytes are compared: the rest was cut off`,
      },
    ],
  };
};

const byCost = <T extends { readonly cost: number }>(items: readonly T[]): readonly (readonly T[])[] => {
  const levels: T[][] = [];
  for (const item of items) (levels[item.cost] ??= []).push(item);
  return levels;
};
