import { useEffect, useRef } from "preact/hooks";
import { formatDuration } from "../../values/duration.ts";
import { formatSize } from "../../values/size.ts";
import type { Detail, Row } from "../types.ts";
import { compareWithBefore, copyAs, putInQueue, resend, saveEvidence, saveFixture, keepVisible } from "./actions.ts";
import { api } from "./api.ts";
import { Attempts } from "./attempts.tsx";
import { Icon, Menu, Pill, toneOfStatus } from "./bits.tsx";
import { BodyView, RawRequest } from "./body.tsx";
import { CompareView } from "./compare.tsx";
import { Headers } from "./headers.tsx";
import {
  connection,
  current,
  detail,
  detailError,
  isSlow,
  listing,
  marked,
  part,
  reading,
  state,
  toggleMark,
} from "./store.ts";
import type { Part } from "./store.ts";
import { VerdictCard, Why } from "./why.tsx";

/** Everything about the selected request. */
export const DetailView = () => {
  const one = detail.value;
  const row = current.value === null ? undefined : listing.value.rows.byId(current.value);
  if (isSlow.value && row !== undefined) return <Loading row={row} />;
  if (one === null)
    return <section class="detail hush">{detailError.value ?? (current.value === null ? "" : "Loading…")}</section>;
  return (
    <section
      class="detail"
      id="detail"
      tabIndex={-1}
      aria-label="Request"
      onPointerDown={keepVisible}
      onWheel={keepVisible}
      onKeyDown={keepVisible}
    >
      <Actions one={one} />
      <div class="scroll">
        <div class="sheets" key={one.row.id}>
          <Why one={one} />
          <Attempts one={one} />
          <Parts one={one} />
        </div>
      </div>
    </section>
  );
};

const Actions = ({ one }: { readonly one: Detail }) => {
  const { id } = one.row;
  const can = state.value?.can;
  const isGone = connection.value === "stopped" || connection.value === "lost";
  const isMarked = marked.value.has(id);
  return (
    <div class="actions" role="toolbar" aria-label="Actions">
      <button
        type="button"
        class="quiet icon back"
        aria-label="Back to the list"
        onClick={() => {
          reading.value = false;
        }}
      >
        <Icon name="back" />
      </button>
      {can?.resend === true ? (
        <button type="button" class="main" disabled={isGone} onClick={resend}>
          Resend <kbd aria-hidden="true">r</kbd>
        </button>
      ) : null}
      <button type="button" disabled={isGone} onClick={() => void copyAs(id, "curl")}>
        Copy as curl <kbd aria-hidden="true">c</kbd>
      </button>
      <button type="button" onClick={compareWithBefore}>
        Compare <kbd aria-hidden="true">d</kbd>
      </button>
      <button type="button" aria-pressed={isMarked} onClick={() => toggleMark(id)}>
        {isMarked ? "Marked" : "Mark"} <kbd aria-hidden="true">x</kbd>
      </button>
      <Menu label="More" disabled={isGone}>
        <button type="button" onClick={() => void copyAs(id, "raw")}>
          Copy as raw HTTP
        </button>
        <button type="button" onClick={() => void copyAs(id, "har")}>
          Copy as HAR
        </button>
        <button type="button" onClick={() => void copyAs(id, "fetch")}>
          Copy as fetch
        </button>
        {can?.fixture === true ? (
          <button type="button" onClick={() => void saveFixture(id)}>
            Save as a fixture
          </button>
        ) : null}
        {can?.evidence === true ? (
          <button type="button" onClick={() => void saveEvidence(id)}>
            Gather evidence
          </button>
        ) : null}
        {can?.deadLetter === true ? (
          <button type="button" onClick={() => void putInQueue([id])}>
            Add to the dead-letter queue
          </button>
        ) : null}
      </Menu>
    </div>
  );
};

/** Shows what the list already knows while the cause is being searched for. */
const Loading = ({ row }: { readonly row: Row }) => (
  <section class="detail" aria-label="Request" aria-busy="true">
    <div class="scroll">
      <div class="sheets">
        <VerdictCard row={row}>
          <p class="soft fresh">{row.verdict.state === "invalid" ? "Looking for the cause…" : "Loading…"}</p>
        </VerdictCard>
      </div>
    </div>
  </section>
);

const parts: readonly Part[] = ["Request", "Response", "Compare", "Raw"];

const Parts = ({ one }: { readonly one: Detail }) => {
  const shown = part.value;
  const tabs = useRef<HTMLDivElement>(null);
  // The comparison is far below the verdict, so scroll to it.
  useEffect(() => {
    if (shown === "Compare") tabs.current?.scrollIntoView();
  }, [shown]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    part.value = parts.at((parts.indexOf(shown) + by) % parts.length) ?? "Request";
    requestAnimationFrame(() => document.getElementById(`tab-${part.value}`)?.focus());
  };
  return (
    <>
      <div class="tablist" ref={tabs} role="tablist" aria-label="Parts of the request" onKeyDown={onKeyDown}>
        {parts.map((name) => (
          <button
            type="button"
            role="tab"
            key={name}
            id={`tab-${name}`}
            aria-selected={name === shown}
            aria-controls="part"
            tabIndex={name === shown ? 0 : -1}
            onClick={() => {
              part.value = name;
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <div
        class={`sheets inner ${shown === "Request" ? "beside" : ""}`}
        role="tabpanel"
        id="part"
        aria-labelledby={`tab-${shown}`}
      >
        {shown === "Request" ? <RequestPart one={one} /> : null}
        {shown === "Response" ? <ResponsePart one={one} /> : null}
        {shown === "Compare" ? <CompareView one={one} /> : null}
        {shown === "Raw" ? (
          <div class="card">
            <RawRequest id={one.row.id} />
          </div>
        ) : null}
      </div>
    </>
  );
};

const RequestPart = ({ one }: { readonly one: Detail }) => (
  <>
    <div class="card">
      <div class="head">
        <h2>Headers</h2>
        <span class="soft small">
          {one.headers.length} in wire order · {formatSize(one.headerBytes)}
        </span>
      </div>
      {one.signing === null ? null : (
        <p class="soft small signing">
          {one.signing.scheme}: {one.signing.summary}
        </p>
      )}
      <Headers headers={one.headers} />
    </div>
    <div class="card">
      {one.body === null ? (
        <p class="soft">The body is gone: the capture file was moved or removed.</p>
      ) : (
        <BodyView
          body={one.body}
          ranges={one.diff?.ranges ?? []}
          download={connection.value === "lost" ? undefined : api.bodyPath(one.row.id)}
        />
      )}
    </div>
  </>
);

const kindText: Readonly<Record<NonNullable<Detail["row"]["kind"]>, string>> = {
  status: "hookproof responded, as its response script says",
  reset: "hookproof reset the connection, as its response script says",
  hang: "hookproof never responds, as its response script says",
  forwarded: "the response of the target",
  cut: "the run ended before there was a response",
};

const ResponsePart = ({ one: { response, forwards, row } }: { readonly one: Detail }) => (
  <>
    <div class="card">
      <div class="bar">
        <h2 class="title">To the sender</h2>
        {response === null ? (
          <span class="soft">{row.pending ? "No response yet" : "No response recorded"}</span>
        ) : (
          <>
            <Pill tone={toneOfStatus(response.status)}>{response.status ?? response.kind}</Pill>
            <span class="soft">
              {kindText[response.kind]} · {formatDuration(response.durationMs)}
              {response.sent ? "" : " · the sender had already disconnected"}
            </span>
          </>
        )}
      </div>
    </div>
    {forwards.map((forward, index) => (
      <div class="card" key={index}>
        <div class="head">
          <h2>
            <bdi class="mono">{forward.url}</bdi>
          </h2>
          <Pill tone={forward.error === null ? toneOfStatus(forward.status) : "bad"}>{forward.status ?? "failed"}</Pill>
          <span class="soft small">
            {formatDuration(forward.durationMs)}
            {forward.answers ? "" : " · not sent to the sender"}
          </span>
        </div>
        {forward.error === null ? null : <p class="bad tone">{forward.error}</p>}
        {forward.headers.length === 0 ? null : <Headers headers={forward.headers} />}
        {forward.error === null ? <BodyView body={forward.body} title="Response body" /> : null}
      </div>
    ))}
  </>
);
