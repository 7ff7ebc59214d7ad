/**
 * Untrusted text as HTML: markup is escaped, control characters are visible, tokens are marked, and text direction is
 * isolated.
 */
export const safe = (value: string | number | null | undefined, longest = 1600): string => {
  const text = value === null || value === undefined ? "" : String(value);
  const shortened = text.length > longest ? text.slice(0, longest) : text;
  const rest =
    text.length > longest
      ? `<span class="more">… ${(text.length - longest).toLocaleString("en-US")} more characters</span>`
      : "";
  return `<bdi>${marked(shortened)}${rest}</bdi>`;
};

/** The same for SVG text or an attribute: without elements, and cut to a length. */
export const plainSafe = (value: string | number, longest: number): string => {
  const text = String(value);
  return escapeHtml((text.length > longest ? `${text.slice(0, longest - 1)}…` : text).replace(controls, visible));
};

const controls = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const pieces = /(\[redacted:[a-z][a-z0-9-]{0,30}:[0-9a-f]{4,64}\])|([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])/gu;

const marked = (text: string): string => {
  let out = "";
  let from = 0;
  for (const match of text.matchAll(pieces)) {
    out += escapeHtml(text.slice(from, match.index));
    const [whole, token] = match;
    if (token !== undefined)
      out += `<span class="token">${escapeHtml(token.slice(1, -1).replace(/^redacted:/, ""))}</span>`;
    else if (whole === "\n") out += "\n";
    else if (whole === "\t") out += "    ";
    else out += `<span class="control">${escapeHtml(visible(whole))}</span>`;
    from = match.index + whole.length;
  }
  return out + escapeHtml(text.slice(from));
};

const visible = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
};

const escapeHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
