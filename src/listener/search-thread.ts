import { Worker } from "node:worker_threads";
import type { Budget } from "../diagnosis/budget.ts";
import { isBuiltIn } from "../providers/index.ts";
import type { Profile } from "../providers/profile.ts";
import type { WebhookRequest } from "../request/request.ts";
import type { VerifyOptions } from "../signature/try-schemes.ts";
import type { Verdict } from "../signature/verdict.ts";
import type { Secret } from "../values/secret.ts";
import { errorText } from "./error-text.ts";
import type { Candidate, CauseSearch, Explainer, Explanation } from "./inspect.ts";
import { SearchError } from "./search-error.ts";

/** The id of a built-in profile, so that the thread uses its own copy of it, or any other profile itself. */
export type ProfileRef = string | Profile;

export interface SecretText {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The data shared by all searches of a run. */
export interface WorkerSetup {
  readonly candidates: readonly { readonly profile: ProfileRef; readonly secrets: readonly SecretText[] }[];
  readonly profiles: readonly ProfileRef[];
  readonly otherSecrets: readonly SecretText[];
}

export interface SearchJob {
  /** The candidate's index. */
  readonly candidate: number;
  readonly request: WebhookRequest;
  readonly options: Omit<VerifyOptions, "keys">;
  /** The keys of the options as text, because a Secret can't be passed to another thread. */
  readonly keys: readonly SecretText[];
  /** Whether to return the signed body too. */
  readonly wantsBody: boolean;
  readonly budget: Budget;
}

export type SearchReply =
  | { readonly verdict: Verdict; readonly signedBody: Uint8Array | undefined; readonly isStopped: boolean }
  | { readonly failed: string };

export interface SearchOptions {
  readonly candidates: readonly Candidate[];
  readonly profiles: readonly Profile[];
  readonly otherSecrets: readonly Secret[];
  readonly budget: Budget;
  /** The budget of a single search, after so many milliseconds without one. */
  readonly idle?: { readonly afterMs: number; readonly budget: Budget };
  /** A search that ignores its budget is killed with its thread after this many milliseconds. */
  readonly deadlineMs: number;
  /** The maximum number of waiting searches, and of bytes in their bodies; searches beyond that are rejected. */
  readonly waiting: number;
  readonly waitingBytes: number;
  /** The thread's program; by default the search. */
  readonly program?: URL;
}

interface Waiting {
  readonly job: Omit<SearchJob, "budget">;
  readonly resolve: (found: Explanation) => void;
  readonly reject: (error: SearchError) => void;
}

/** The thread's heap limit: enough for several trees of the largest JSON body. */
const maxHeapMb = 512;
/** How long the thread may take to start on a busy machine. */
const startMs = 15_000;

/**
 * Searches for causes on a separate thread, so that requests get responses meanwhile and the listener survives whatever
 * happens to the thread (an endless loop, a full heap). The thread starts with the first search.
 */
export class SearchThread implements CauseSearch, Explainer {
  readonly #options: SearchOptions;
  readonly #setup: WorkerSetup;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #worker: Worker | undefined;
  #isReady = false;
  #current: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** When the latest search ended. */
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#setup = setupOf(options);
  }

  /**
   * Finds the verdict with its cause.
   * @throws SearchError saying why there is none
   */
  async find(
    request: WebhookRequest,
    candidate: Candidate,
    options: VerifyOptions,
    onStopped?: () => void,
  ): Promise<Verdict> {
    const { verdict, isStopped } = await this.#search(request, candidate, options, false);
    if (isStopped) onStopped?.();
    return verdict;
  }

  /** The same, but also returns the signed body. @throws SearchError */
  explain(request: WebhookRequest, candidate: Candidate, options: VerifyOptions): Promise<Explanation> {
    return this.#search(request, candidate, options, true);
  }

  #search(
    request: WebhookRequest,
    candidate: Candidate,
    options: VerifyOptions,
    wantsBody: boolean,
  ): Promise<Explanation> {
    return new Promise((resolve, reject) => {
      const { candidates, waiting, waitingBytes } = this.#options;
      const { keys = [], ...rest } = options;
      const place = candidates.indexOf(candidate);
      const job = { candidate: place, request, options: rest, keys: keys.map(textOf), wantsBody };
      const isFull = this.#waiting.length >= waiting || this.#waitingBytes + request.body.length > waitingBytes;
      if (this.#isClosed) reject(new SearchError("hookproof was stopped before it was searched for"));
      else if (isFull && this.#current !== undefined)
        reject(new SearchError("not searched, because too many searches are waiting"));
      else {
        this.#waiting.push({ job, resolve, reject });
        this.#waitingBytes += request.body.length;
        this.#next();
      }
    });
  }

  /** Ends the thread; unfinished searches are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const waiting = this.#waiting.splice(0);
    if (this.#current !== undefined) waiting.unshift(this.#current);
    const worker = this.#forget();
    for (const { reject } of waiting) reject(new SearchError("hookproof was stopped before it was found"));
    // Not awaited: a thread inside a long native call only ends after it.
    void worker?.terminate();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#waitingBytes -= next.job.request.body.length;
    this.#current = next;
    try {
      const worker = (this.#worker ??= this.#start());
      if (this.#isReady) this.#send(worker, next);
    } catch (error) {
      this.#abandon(`the search did not start (${errorText(error)})`);
    }
  }

  #send(worker: Worker, { job }: Waiting): void {
    const { deadlineMs } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abandon("the search took too long and was stopped"), deadlineMs);
    const message: SearchJob = { ...job, budget: this.#budget() };
    worker.postMessage(message);
  }

  /** A single search may take longer: it has its own thread, and nothing waits for it. */
  #budget(): Budget {
    const { budget, idle } = this.#options;
    if (idle === undefined || this.#waiting.length > 0) return budget;
    return performance.now() - this.#endedAt < idle.afterMs ? budget : idle.budget;
  }

  #start(): Worker {
    this.#isReady = false;
    const worker = newWorker(this.#options.program, this.#setup);
    // The thread must not keep the process alive; the server does.
    worker.unref();
    worker.on("message", (reply: SearchReply | "ready") => {
      if (worker !== this.#worker) return;
      if (reply !== "ready") return this.#settle(reply);
      this.#isReady = true;
      if (this.#current !== undefined) this.#send(worker, this.#current);
    });
    const ended = (why: string): void => {
      if (worker === this.#worker) this.#abandon(why);
    };
    worker.on("error", (error) => ended(`the search failed (${errorText(error)})`));
    worker.on("exit", () => ended("the search ended early"));
    this.#timer = setTimeout(() => ended("the search did not start in time"), startMs);
    return worker;
  }

  #settle(reply: SearchReply): void {
    const current = this.#current;
    clearTimeout(this.#timer);
    this.#current = undefined;
    this.#endedAt = performance.now();
    if ("verdict" in reply)
      current?.resolve({ ...reply, signedBody: reply.signedBody && Buffer.from(reply.signedBody) });
    else current?.reject(new SearchError(`the search failed (${reply.failed})`));
    this.#next();
  }

  /** Abandons the current search and its thread; the next search gets a new one. */
  #abandon(why: string): void {
    const current = this.#current;
    void this.#forget()?.terminate();
    current?.reject(new SearchError(why));
    this.#next();
  }

  #forget(): Worker | undefined {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#current = undefined;
    this.#endedAt = performance.now();
    return worker;
  }
}

const textOf = (secret: Secret): SecretText => ({ name: secret.name, bytes: secret.reveal() });

const setupOf = ({ candidates, profiles, otherSecrets }: SearchOptions): WorkerSetup => {
  const refOf = (profile: Profile): ProfileRef => (isBuiltIn(profile) ? profile.id : profile);
  return {
    candidates: candidates.map(({ profile, secrets }) => ({ profile: refOf(profile), secrets: secrets.map(textOf) })),
    profiles: profiles.map(refOf),
    otherSecrets: otherSecrets.map(textOf),
  };
};

/**
 * In the package the program is next to this chunk; in the source tree it is TypeScript, which tsx loads on any Node
 * version.
 */
const newWorker = (program: URL | undefined, workerData: WorkerSetup): Worker => {
  const isSource = import.meta.url.endsWith(".ts");
  const file = program ?? new URL(`./search-worker.${isSource ? "ts" : "cjs"}`, import.meta.url);
  const options = {
    workerData,
    // A search doesn't need the user's environment.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  };
  if (!file.href.endsWith(".ts")) return new Worker(file, options);
  const load = `import("tsx/esm/api").then(({ tsImport }) => tsImport(${JSON.stringify(file.href)}, ${JSON.stringify(import.meta.url)}))`;
  return new Worker(load, { ...options, eval: true });
};
