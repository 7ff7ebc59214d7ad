import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatDuration } from "../../values/duration.ts";
import type { Row } from "../types.ts";
import { Icon, clock, count, signOfState, statusText, toneOfState, toneOfStatus, wordOfState } from "./bits.tsx";
import {
  chosen,
  connection,
  current,
  dialog,
  filter,
  filterBy,
  listing,
  loaded,
  marked,
  select,
  setPaused,
  toggleMark,
} from "./store.ts";

const rowHeight = 56;
const quickFilters = ["is:invalid", "is:failed", "status:5xx", "attempt:>1"];

/** The list of requests with its filter. */
export const List = () => (
  <section class="list" aria-label="Requests">
    <Filter />
    <RowList />
    <Foot />
  </section>
);

const Filter = () => {
  const words = filter.value.split(/\s+/).filter((word) => word !== "");
  const toggle = (word: string): void =>
    filterBy((words.includes(word) ? words.filter((one) => one !== word) : [...words, word]).join(" "));
  return (
    <search class="filter">
      <div class="field">
        <input
          id="filter"
          type="search"
          placeholder="Filter: words, is:invalid, type:invoice.*"
          aria-label="Filter requests"
          autocomplete="off"
          spellcheck={false}
          value={filter.value}
          onInput={(event) => filterBy(event.currentTarget.value)}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div class="chips" role="group" aria-label="Common filters">
        {quickFilters.map((word) => (
          <button type="button" key={word} aria-pressed={words.includes(word)} onClick={() => toggle(word)}>
            {word}
          </button>
        ))}
      </div>
    </search>
  );
};

/** Renders only the visible rows. */
const RowList = () => {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const known = useRef({ last: 0, first: 0 });
  const { rows } = listing.value;
  const { visible: visibleRows } = rows;
  const total = visibleRows.length;
  const newest = visibleRows.at(-1)?.number ?? 0;
  const isFollowing = chosen.value === null && view.top < rowHeight / 2;

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => {
      if (element.scrollTop < rowHeight / 2) known.current.first = known.current.last;
      setView({ top: element.scrollTop, height: element.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);

  // Newer rows are inserted above; scroll by their height so that the visible rows don't move.
  const filtered = filter.value;
  useLayoutEffect(() => {
    known.current = { last: newest, first: newest };
    if (box.current !== null) box.current.scrollTop = 0;
  }, [filtered]);
  useLayoutEffect(() => {
    const element = box.current;
    const before = known.current.last;
    known.current.last = newest;
    if (isFollowing || before === 0) known.current.first = newest;
    else if (element !== null && newest > before) element.scrollTop += countAfter(visibleRows, before) * rowHeight;
  }, [newest]);

  // Keep a selection that was moved by keys visible.
  const number = chosen.value === null ? undefined : rows.byId(chosen.value)?.number;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || number === undefined) return;
    const at = placeOf(visibleRows, number);
    if (at === undefined) return;
    const top = at * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight;
  }, [number]);

  const from = Math.max(0, Math.floor(view.top / rowHeight) - 8);
  const to = Math.min(total, Math.ceil((view.top + view.height) / rowHeight) + 8);
  const above = Math.min(
    countAfter(visibleRows, known.current.first),
    Math.floor((view.top + rowHeight - 1) / rowHeight),
  );
  const follow = (): void => {
    if (box.current !== null) box.current.scrollTop = 0;
    select(null);
  };
  const id = current.value;
  return (
    <div class="rows" ref={box} tabIndex={-1}>
      {above > 0 && view.top > 0 ? (
        <div class="newest">
          <button type="button" class="main newer" onClick={follow}>
            ↑ {above.toLocaleString("en")} new
          </button>
        </div>
      ) : null}
      {total === 0 ? (
        <p class="hush">{loaded.value ? "No request matches the filter." : "Loading…"}</p>
      ) : (
        <ol style={{ height: `${total * rowHeight}px` }}>
          {Array.from({ length: Math.max(0, to - from) }, (_, index) => {
            const row = visibleRows[total - 1 - from - index];
            return row === undefined ? null : (
              <RowItem
                key={row.number}
                row={row}
                top={(from + index) * rowHeight}
                position={from + index + 1}
                total={total}
                isCurrent={row.id === id}
                isMarked={marked.value.has(row.id)}
                isFresh={isFollowing && row.number === newest}
              />
            );
          })}
        </ol>
      )}
    </div>
  );
};

/** How many rows are newer than a number. */
const countAfter = (visibleRows: readonly Row[], number: number): number => {
  let at = visibleRows.length;
  while (at > 0 && (visibleRows[at - 1]?.number ?? 0) > number) at--;
  return visibleRows.length - at;
};

/** A row's index from the top of the list; undefined if it isn't listed. */
const placeOf = (visibleRows: readonly Row[], number: number): number | undefined => {
  const at = visibleRows.findLastIndex((row) => row.number === number);
  return at < 0 ? undefined : visibleRows.length - 1 - at;
};

interface ItemProps {
  readonly row: Row;
  readonly top: number;
  readonly position: number;
  readonly total: number;
  readonly isCurrent: boolean;
  readonly isMarked: boolean;
  readonly isFresh: boolean;
}

const RowItem = ({ row, top, position, total, isCurrent, isMarked, isFresh }: ItemProps) => {
  const { state } = row.verdict;
  return (
    <li
      style={{ transform: `translateY(${top}px)` }}
      class={isFresh ? "fresh" : ""}
      aria-posinset={position}
      aria-setsize={total}
    >
      <button
        type="button"
        class="row"
        data-id={row.id}
        tabIndex={isCurrent ? 0 : -1}
        aria-current={isCurrent}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey) toggleMark(row.id);
          else select(row.id);
        }}
      >
        <span class={`sign ${toneOfState[state]}`} title={row.verdict.sentence}>
          <span aria-hidden="true">{signOfState[state]}</span>
          <span class="hidden-text">{wordOfState[state]},</span>
        </span>
        <span class="type cut">
          <bdi>{row.eventType ?? `${row.method} ${row.path}`}</bdi>
        </span>
        <span class={`status ${toneOfStatus(row.status)}`}>{statusText(row)}</span>
        {isMarked ? <span class="marked">marked</span> : <span />}
        <span class="meta">
          <span>{clock(row.at)}</span>
          <span class="cut">
            <bdi>{[row.provider, row.eventId].filter((one) => one !== null).join(" · ")}</bdi>
          </span>
          {row.resentFrom === null ? null : <span>resent</span>}
          {(row.attempt ?? 1) > 1 ? <span>attempt {row.attempt}</span> : null}
          <span>{row.durationMs === null ? "" : formatDuration(row.durationMs)}</span>
        </span>
      </button>
    </li>
  );
};

const Foot = () => {
  const invalid = useComputed(() => {
    let number = 0;
    for (const row of listing.value.rows.visible) if (row.verdict.state === "invalid") number++;
    return number;
  });
  const { rows } = listing.value;
  const total = rows.all.length;
  const visibleCount = rows.visible.length;
  const ids = [...marked.value];
  return (
    <div class="foot">
      {ids.length > 0 ? (
        <>
          <span class="spring">{ids.length} marked</span>
          <button
            type="button"
            onClick={() => {
              dialog.value = { kind: "resend", ids };
            }}
          >
            Resend {ids.length}
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              marked.value = new Set();
            }}
          >
            Clear
          </button>
        </>
      ) : (
        <>
          <span class="spring" role="status">
            {visibleCount === total || rows.paused
              ? count(visibleCount, "request")
              : `${visibleCount.toLocaleString("en")} of ${count(total, "request")}`}
            {invalid.value > 0 ? ` · ${invalid.value.toLocaleString("en")} invalid` : ""}
            {rows.waiting > 0 ? ` · ${rows.waiting.toLocaleString("en")} waiting` : ""}
          </span>
          {connection.value === "stopped" ? null : (
            <button type="button" class="quiet" aria-pressed={rows.paused} onClick={() => setPaused(!rows.paused)}>
              <Icon name={rows.paused ? "play" : "pause"} /> {rows.paused ? "Resume" : "Pause"}
            </button>
          )}
        </>
      )}
    </div>
  );
};
