/** A range of text that may be JSON. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Ranges of text that may be JSON: balanced brackets (ignoring those in strings), and strings that contain JSON. Ranges
 * don't nest. Each character is read only a few times.
 */
export const jsonSpans = (text: string): readonly Span[] => {
  const spans: Span[] = [];
  const opening = /[{[](?=\s{0,40}["{[])|"(?=\s{0,40}[{[]\s{0,40}\\)/g;
  let budget = text.length * 4 + 1000;
  for (let match = opening.exec(text); match !== null && budget > 0; match = opening.exec(text)) {
    const end = closing(text, match.index, budget);
    budget -= (end ?? text.length) - match.index;
    if (end === undefined) continue;
    spans.push({ start: match.index, end });
    opening.lastIndex = end;
  }
  return spans;
};

const closing = (text: string, start: number, budget: number): number | undefined => {
  if (text[start] === '"') return stringEnd(text, start, start + budget);
  const open: string[] = [];
  let inString = false;
  const limit = Math.min(text.length, start + budget);
  for (let at = start; at < limit; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") open.push("}");
    else if (char === "[") open.push("]");
    else if (char === "}" || char === "]") {
      if (open.pop() !== char) return undefined;
      if (open.length === 0) return at + 1;
    }
  }
  return undefined;
};

/** The end of a string that itself contains JSON. */
const stringEnd = (text: string, start: number, limit: number): number | undefined => {
  for (let at = start + 1; at < Math.min(text.length, limit); at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
};
