import type { ServerResponse } from "node:http";
import type { Entry, Store } from "./store.ts";
import type { StreamEvents } from "./types.ts";

/** Changes within this time are sent together. */
const batchMs = 40;
/** A page with more unsent bytes than this is disconnected; it catches up when it reconnects. */
const waitingBytes = 16 * 1024 * 1024;
const pingMs = 15_000;
const maxClients = 50;

/** The data of an event that is not a row. */
type Announced = Exclude<keyof StreamEvents, "hello" | "request" | "update">;

/**
 * Server-sent events: each new or changed row once, in its latest state. Event ids are positions among the changes, so
 * that a reconnecting page gets what it missed without repetitions. Costs nothing while no page is open.
 */
export class Stream {
  readonly #store: Store;
  readonly #run: string;
  readonly #clients = new Set<ServerResponse>();
  readonly #changed = new Set<Entry>();
  /** The position that all clients have reached. */
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #ping: NodeJS.Timeout | undefined;
  #stopped: string | undefined;

  constructor(store: Store, run: string) {
    this.#store = store;
    this.#run = run;
    store.watch(
      (entry) => this.#onChange(entry),
      (before) => this.announce("forgotten", { before }),
    );
  }

  /** The id of the latest change. */
  get lastId(): string {
    return `${this.#run}-${this.#store.sequence}`;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Whether another page may connect. */
  get hasRoom(): boolean {
    return this.#clients.size < maxClients;
  }

  /**
   * Connects a page.
   * @param lastId the id of the last event that it has
   */
  open(response: ServerResponse, lastId: string | undefined): void {
    this.#flush();
    const position = this.#positionOf(lastId);
    const hello = { run: this.#run, lastId: this.lastId, resumed: position !== undefined };
    const missed = position === undefined ? [] : this.#store.changedSince(position);
    // If changes were missed, `hello` has no id: a connection that breaks before they arrive then resumes from the old
    // id.
    response.write(eventText("hello", hello, missed.length === 0 ? this.lastId : undefined));
    response.write(this.#rowsText(missed, position ?? 0));
    if (this.#stopped !== undefined) {
      response.end(eventText("stopped", { reason: this.#stopped }));
      return;
    }
    this.#clients.add(response);
    this.#sent = this.#store.sequence;
    response.once("close", () => this.#close(response));
    this.#ping ??= setInterval(() => this.#write(": ping\n\n"), pingMs).unref();
  }

  /** Sends an event that is not a row to every page. */
  announce<Name extends Announced>(name: Name, data: StreamEvents[Name]): void {
    if (this.#clients.size === 0) return;
    this.#flush();
    this.#write(eventText(name, data));
  }

  /** Tells every page that the run has ended, and closes the connections. */
  stop(reason: string): void {
    if (this.#stopped !== undefined) return;
    this.announce("stopped", { reason });
    this.#stopped = reason;
    for (const client of this.#clients) client.end();
    clearInterval(this.#ping);
    clearTimeout(this.#timer);
  }

  /** The position that an event id stands for; undefined for an id of another run. */
  #positionOf(id: string | undefined): number | undefined {
    const [, run, position] = /^([0-9a-z]{1,40})-(\d{1,15})$/.exec(id ?? "") ?? [];
    return run === this.#run && Number(position) <= this.#store.sequence ? Number(position) : undefined;
  }

  #onChange(entry: Entry): void {
    if (this.#clients.size === 0) return;
    this.#changed.add(entry);
    this.#timer ??= setTimeout(() => this.#flush(), batchMs).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed].toSorted((a, b) => a.changed - b.changed);
    this.#changed.clear();
    this.#write(this.#rowsText(changed, this.#sent));
    this.#sent = this.#store.sequence;
  }

  #rowsText(entries: readonly Entry[], since: number): string {
    let text = "";
    for (const { row, created, changed } of entries)
      text += eventText(created > since ? "request" : "update", row, `${this.#run}-${changed}`);
    return text;
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      client.write(text);
      if (client.writableLength > waitingBytes) client.destroy();
    }
  }

  #close(client: ServerResponse): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearInterval(this.#ping);
    this.#ping = undefined;
    this.#changed.clear();
  }
}

/** One event as text; JSON.stringify emits no newlines, so one `data:` line is enough. */
const eventText = <Name extends keyof StreamEvents>(name: Name, data: StreamEvents[Name], id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
