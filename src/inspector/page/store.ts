import { batch, computed, effect, signal } from "@preact/signals";
import type { Detail, ResponseScript, Row, Saved, State, StreamEvents } from "../types.ts";
import { ApiError, api, errorText } from "./api.ts";
import { Rows, indexOf } from "./rows.ts";

// The page's state, and the code that loads and updates it.

export type Connection = "connecting" | "live" | "lost" | "stopped" | "refused";
export type Tab = "requests" | "queue" | "charts";

const address = new URLSearchParams(location.search);
const tabNamed = (name: string | null): Tab => (name === "queue" || name === "charts" ? name : "requests");

export const connection = signal<Connection>("connecting");
export const state = signal<State | null>(null);
export const responses = signal<ResponseScript | null>(null);
export const problem = signal<string | null>(null);
export const loaded = signal(false);

export const rows = new Rows();
/** The rows for views: one large object, in a fresh wrapper after each change. */
export const listing = signal({ rows });
const changed = (): void => {
  listing.value = { rows };
};

export const tab = signal<Tab>(tabNamed(address.get("tab")));
export const filter = signal(address.get("filter") ?? "");
/** The id of the selected request; if null, the newest one is shown. */
export const chosen = signal<string | null>(address.get("request"));
export const marked = signal<ReadonlySet<string>>(new Set());
/** On a narrow screen, whether a request is shown instead of the list. */
export const reading = signal(chosen.value !== null);

export const current = computed<string | null>(() => {
  const newest = listing.value.rows.visible.at(-1);
  return chosen.value ?? newest?.id ?? null;
});

export const detail = signal<Detail | null>(null);
export const detailError = signal<string | null>(null);
/** Whether loading the selected request is slow: the search for a cause can take seconds. */
export const isSlow = signal(false);

export type DialogKind =
  | { readonly kind: "resend"; readonly ids: readonly string[] }
  | { readonly kind: "responses" }
  | { readonly kind: "keys" }
  | { readonly kind: "saved"; readonly title: string; readonly saved: Saved };
export const dialog = signal<DialogKind | null>(null);
/** Which part of the request is shown. */
export type Part = "Request" | "Response" | "Compare" | "Raw";
export const part = signal<Part>("Request");

export const toast = signal<{ readonly text: string; readonly bad: boolean } | null>(null);
export const say = (text: string, bad = false): void => {
  toast.value = { text, bad };
};
/** Runs an action and shows an error if it fails. */
export const attempt = async (action: () => Promise<void>): Promise<void> => {
  try {
    await action();
  } catch (error) {
    say(errorText(error), true);
  }
};

export const filterBy = (text: string): void => {
  batch(() => {
    filter.value = text;
    rows.filterBy(text);
    changed();
  });
};

export const setPaused = (on: boolean): void => {
  rows.pause(on);
  changed();
};

export const select = (id: string | null): void => {
  batch(() => {
    chosen.value = id;
    tab.value = "requests";
    reading.value = id !== null;
  });
};

/** Moves the selection down by so many rows (up, if negative). */
export const step = (by: number): Row | undefined => {
  const { visible: selectedRow } = rows;
  const number = current.value === null ? undefined : rows.byId(current.value)?.number;
  const at = number === undefined ? selectedRow.length : indexOf(selectedRow, number);
  const next = selectedRow[Math.max(0, Math.min(selectedRow.length - 1, at - by))];
  if (next !== undefined) chosen.value = next.id;
  return next;
};

export const toggleMark = (id: string): void => {
  const next = new Set(marked.value);
  if (!next.delete(id)) next.add(id);
  marked.value = next;
};

/**
 * The request to compare with: the marked one, another attempt of its event, or the previous request of the same type.
 */
export const partnerOf = (one: Detail): string | null => {
  const chosen = [...marked.value].find((id) => id !== one.row.id);
  if (chosen !== undefined) return chosen;
  const at = one.attempts.findIndex(({ id }) => id === one.row.id);
  const isOther = ({ id }: { readonly id: string | null }): boolean => id !== null && id !== one.row.id;
  const attempt = one.attempts.slice(0, Math.max(at, 0)).findLast(isOther) ?? one.attempts.find(isOther);
  if (attempt !== undefined) return attempt.id;
  const { all } = rows;
  const older = all.slice(0, indexOf(all, one.row.number));
  const alike = (row: Row): boolean => row.provider === one.row.provider && row.eventType === one.row.eventType;
  return (older.findLast(alike) ?? older.at(-1))?.id ?? null;
};

// The page's address reflects what is shown, so that it can be bookmarked and reloaded.
const keepAddress = (): void => {
  const params = new URLSearchParams();
  if (tab.value !== "requests") params.set("tab", tab.value);
  if (filter.value.trim() !== "") params.set("filter", filter.value.trim());
  if (chosen.value !== null) params.set("request", chosen.value);
  const query = params.toString();
  history.replaceState(null, "", query === "" ? location.pathname : `?${query}`);
};

/** Keep showing the previous request for this long, to avoid flicker. */
const slowMs = 150;

/** Loads the selected request; called again whenever it may have changed. */
const loadDetail = async (id: string): Promise<void> => {
  const isCurrent = (): boolean => current.peek() === id;
  isSlow.value = false;
  const slow = setTimeout(() => {
    if (isCurrent() && detail.peek()?.row.id !== id) isSlow.value = true;
  }, slowMs);
  const show = (one: Detail | null, error: string | null): void => {
    if (!isCurrent()) return;
    batch(() => {
      detail.value = one;
      detailError.value = error;
      isSlow.value = false;
    });
  };
  try {
    show(await api.request(id), null);
  } catch (error) {
    // Keep what is shown readable after hookproof has exited.
    if (detail.peek()?.row.id !== id) show(null, errorText(error));
  } finally {
    clearTimeout(slow);
  }
};

let reloading: ReturnType<typeof setTimeout> | undefined;
const reloadSoon = (): void => {
  reloading ??= setTimeout(() => {
    reloading = undefined;
    const id = current.peek();
    if (id !== null) void loadDetail(id);
  }, 100);
};

/** Whether a new or changed row affects the details of the selected request. */
const concerns = (row: Row): boolean => {
  const selectedRow = detail.peek()?.row;
  return (
    selectedRow !== undefined &&
    (row.id === selectedRow.id || (row.eventId !== null && row.eventId === selectedRow.eventId))
  );
};

const pageSize = 1000;

/** Reads the newest requests, then the older ones, page by page. */
const loadRows = async (): Promise<void> => {
  const first = await api.requests(200);
  batch(() => {
    rows.clear();
    rows.fill(first.rows);
    loaded.value = true;
    changed();
  });
  starting = false;
  flush();
  let oldest = first.rows.at(-1);
  let missing = first.held - first.rows.length;
  while (missing > 0 && oldest !== undefined) {
    const page = await api.requests(pageSize, oldest.number);
    if (page.rows.length === 0) break;
    rows.fill(page.rows);
    changed();
    oldest = page.rows.at(-1);
    missing -= page.rows.length;
  }
};

/** New rows are collected until the next frame, so that a thousand per second are drawn together. */
let arrived: Row[] = [];
let drawing = false;
const take = (row: Row): void => {
  arrived.push(row);
  if (drawing) return;
  drawing = true;
  setTimeout(flush, 50);
};
const flush = (): void => {
  drawing = false;
  if (starting) return;
  const taken = arrived;
  arrived = [];
  rows.put(taken);
  if (taken.some(concerns)) reloadSoon();
  changed();
};

let run: string | null = null;
let starting = false;

/** Loads everything at the start, and again if the stream can't resume. */
const start = async (hello: StreamEvents["hello"]): Promise<void> => {
  if (hello.run === run && hello.resumed) {
    connection.value = "live";
    return;
  }
  starting = true;
  try {
    const next = await api.state();
    run = hello.run;
    batch(() => {
      state.value = next;
      responses.value = next.responses;
      connection.value = next.stopped ? "stopped" : "live";
      problem.value = null;
    });
    await loadRows();
  } catch (error) {
    problem.value = errorText(error);
  } finally {
    starting = false;
    flush();
    reloadSoon();
  }
};

let stream: EventSource | undefined;

/** Follows the stream and reconnects when it breaks. */
export const connect = (): void => {
  stream?.close();
  const source = new EventSource("api/stream");
  stream = source;
  const on = <Name extends keyof StreamEvents>(name: Name, handle: (data: StreamEvents[Name]) => void): void => {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server is of the same build
      handle(JSON.parse(event.data) as StreamEvents[Name]);
    });
  };
  on("hello", (hello) => void start(hello));
  on("request", take);
  on("update", take);
  on("response-script", (script) => {
    responses.value = script;
  });
  on("problem", ({ message }) => {
    problem.value = message;
  });
  on("forgotten", ({ before }) => {
    rows.forget(before);
    changed();
  });
  on("stopped", () => {
    connection.value = "stopped";
  });
  source.addEventListener("error", () => {
    if (connection.value === "live" || connection.value === "connecting") connection.value = "lost";
    if (source.readyState === EventSource.CLOSED) setTimeout(() => void retry(), 2000);
  });
};

/** The stream was refused: check whether the session ended or hookproof stopped. */
const retry = async (): Promise<void> => {
  try {
    await api.state();
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) {
      connection.value = "refused";
      return;
    }
  }
  connect();
};

/** Tells other pages about a new session: they share its cookie. */
const sessions = new BroadcastChannel("hookproof");

/** Exchanges the token in the address for a session cookie, then starts. */
export const begin = async (): Promise<void> => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? location.hash.slice(1);
  rows.filterBy(filter.value);
  sessions.addEventListener("message", () => {
    if (connection.value === "refused") connect();
  });
  effect(keepAddress);
  effect(() => {
    if (current.value !== null) void loadDetail(current.value);
  });
  try {
    if (token !== "") {
      await api.session(token);
      sessions.postMessage("let in");
    }
    await api.state();
  } catch (error) {
    connection.value = error instanceof ApiError ? "refused" : "lost";
    if (connection.value === "refused") return;
  }
  connect();
};
