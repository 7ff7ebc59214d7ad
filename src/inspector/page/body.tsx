import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { formatSize } from "../../values/size.ts";
import type { Detail } from "../types.ts";
import { api } from "./api.ts";
import { Segments, copy, useRemembered } from "./bits.tsx";
import { decodeBytes, formFields, hexRows, prettyLines, rawParts, textOf } from "./bytes.ts";
import type { Part, Range } from "./bytes.ts";

type Body = NonNullable<Detail["body"]>;

const firstLines = 400;
const firstHexRows = 128;

/** A body as indented JSON, as text or as hex, with differing bytes marked. */
export const BodyView = ({
  body,
  ranges = [],
  title = "Body",
  download,
}: {
  readonly body: Body;
  readonly ranges?: readonly Range[];
  readonly title?: string;
  readonly download?: string | undefined;
}) => {
  const bytes = useMemo(() => decodeBytes(body.preview), [body]);
  const [remembered, remember] = useRemembered("body");
  const views = viewsOf(body);
  const view = views.find((one) => one === remembered) ?? views[0] ?? "hex";
  return (
    <div>
      <div class="head">
        <h2>{title}</h2>
        <span class="soft small spring">
          {exactSize(body.bytes)}
          {body.contentType === null ? "" : ` · ${body.contentType}`}
        </span>
        {body.kind === "empty" ? null : (
          <>
            <Segments
              label={`How to show the ${title.toLowerCase()}`}
              values={views}
              value={view}
              onChange={remember}
            />
            {body.truncated ? null : (
              <button type="button" class="quiet" onClick={() => void copy(textOf(bytes), "the body")}>
                Copy
              </button>
            )}
            {download === undefined ? null : (
              <a class="button" href={download} download="">
                Download
              </a>
            )}
          </>
        )}
      </div>
      {body.truncated ? <p class="soft small">The first {formatSize(bytes.length)} are shown.</p> : null}
      {body.overflow ? <p class="soft small">It was longer than --max-body: only its beginning was kept.</p> : null}
      {ranges.some(({ expected }) => expected !== undefined) ? (
        <p class="soft small key-to-marks">
          <mark>received</mark> <mark class="put">signed</mark>
        </p>
      ) : null}
      {body.kind === "empty" ? (
        <p class="soft">No body</p>
      ) : (
        <BodyContent view={view} bytes={bytes} ranges={ranges} kind={body.kind} title={title} />
      )}
    </div>
  );
};

const exactSize = (bytes: number): string =>
  bytes < 1024 ? `${bytes} bytes` : `${formatSize(bytes)} (${bytes.toLocaleString("en")} bytes)`;

type View = "pretty" | "raw" | "hex";

const viewsOf = ({ kind, truncated }: Body): readonly View[] => {
  if (kind === "binary") return ["hex", "raw"];
  return (kind === "json" || kind === "form") && !truncated ? ["pretty", "raw", "hex"] : ["raw", "hex"];
};

interface BodyContentProps {
  readonly view: View;
  readonly bytes: Uint8Array;
  readonly ranges: readonly Range[];
  readonly kind: Body["kind"];
  readonly title: string;
}

type BytesProps = Pick<BodyContentProps, "bytes" | "ranges" | "title">;

const BodyContent = ({ view, bytes, ranges, kind, title }: BodyContentProps) => {
  if (view === "hex") return <Hex bytes={bytes} ranges={ranges} title={title} />;
  if (view === "pretty" && kind === "form") return <Form bytes={bytes} />;
  return view === "pretty" ? (
    <Pretty bytes={bytes} ranges={ranges} title={title} />
  ) : (
    <Raw bytes={bytes} ranges={ranges} title={title} />
  );
};

const Box = ({ class: name = "", label, children }: { class?: string; label: string; children: ComponentChildren }) => (
  <pre class={`block body ${name}`} tabIndex={0} role="region" aria-label={label}>
    {children}
  </pre>
);

const Raw = ({ bytes, ranges, title }: BytesProps) => {
  const parts = useMemo(() => rawParts(bytes, ranges), [bytes, ranges]);
  return (
    <Box label={`${title}, as it is`}>
      {parts.map((one, index) => (
        <Piece key={index} part={one} />
      ))}
    </Box>
  );
};

const Pretty = ({ bytes, ranges, title }: BytesProps) => {
  const lines = useMemo(() => prettyLines(bytes, ranges), [bytes, ranges]);
  const [limit, setLimit] = useState(firstLines);
  if (lines === undefined) return <Raw bytes={bytes} ranges={ranges} title={title} />;
  return (
    <>
      <Box label={`${title}, indented`}>
        {lines.slice(0, limit).map((line, index) => (
          <span key={index}>
            {line.map((one, at) => (
              <Piece key={at} part={one} />
            ))}
            {"\n"}
          </span>
        ))}
      </Box>
      {lines.length > limit ? (
        <button type="button" class="link" onClick={() => setLimit(limit * 8)}>
          Show more of {lines.length.toLocaleString("en")} lines
        </button>
      ) : null}
    </>
  );
};

/** A part of the received body, followed by what was signed instead. */
const Piece = ({ part: { text, hit, kind, expected = "" } }: { readonly part: Part }) => {
  if (hit)
    return (
      <>
        {text !== "" ? <mark>{visible(text)}</mark> : expected === "" ? <mark class="gap" /> : null}
        {expected === "" ? null : (
          <mark class="put">{expected.length > 60 ? `${expected.slice(0, 60)}…` : expected}</mark>
        )}
      </>
    );
  return kind === "plain" ? <>{text}</> : <span class={kind}>{text}</span>;
};

/** Makes significant white space visible. */
const visible = (text: string): string =>
  text
    .replaceAll(" ", "·")
    .replaceAll("\t", "→")
    .replaceAll("\r", "␍")
    .replaceAll("\n", "⏎\n")
    .replaceAll("\uFEFF", "[BOM]");

const Form = ({ bytes }: Pick<BodyContentProps, "bytes">) => {
  const fields = useMemo(() => formFields(bytes), [bytes]);
  return (
    <div class="scroll">
      <table class="headers">
        <tbody>
          {fields?.map(([name, value], index) => (
            <tr key={index}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td>
                <bdi>{value}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Hex = ({ bytes, ranges, title }: BytesProps) => {
  const [limit, setLimit] = useState(firstHexRows);
  const hexLines = useMemo(() => hexRows(bytes, ranges, limit), [bytes, ranges, limit]);
  const all = Math.ceil(bytes.length / 16);
  return (
    <>
      <Box class="hex" label={`${title}, as hex`}>
        {hexLines.map(({ at, cells }) => (
          <span key={at}>
            <span class="soft">{at.toString(16).padStart(6, "0")}</span>
            {"  "}
            {cells.some(({ hit }) => hit)
              ? cells.map(({ hex, hit }, index) => (
                  <span key={index}>
                    {hit ? <mark>{hex}</mark> : hex}
                    {index === 7 ? "  " : " "}
                  </span>
                ))
              : cells.map(({ hex }, index) => (index === 7 ? `${hex}  ` : `${hex} `)).join("")}
            {" ".repeat((16 - cells.length) * 3 + (cells.length < 8 ? 1 : 0))}{" "}
            {cells.some(({ hit }) => hit)
              ? cells.map(({ char, hit }, index) => (hit ? <mark key={index}>{char}</mark> : char))
              : cells.map(({ char }) => char).join("")}
            {"\n"}
          </span>
        ))}
      </Box>
      {all > limit ? (
        <button type="button" class="link" onClick={() => setLimit(limit * 8)}>
          Show more of {all.toLocaleString("en")} rows
        </button>
      ) : null}
    </>
  );
};

/** The raw request, loaded when this tab is opened. */
export const RawRequest = ({ id }: { readonly id: string }) => {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    api.as(id, "raw").then(
      (loaded) => {
        if (isCurrent) setText(loaded);
      },
      (error: unknown) => {
        if (isCurrent) setText(String(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [id]);
  return (
    <pre class="block body" tabIndex={0} role="region" aria-label="The request as raw HTTP">
      {text === null ? "…" : text.length > 300_000 ? `${text.slice(0, 300_000)}\n…` : text}
    </pre>
  );
};
