export type Theme = "light" | "dark";

interface Style {
  readonly colour: string | undefined;
  readonly bold: boolean;
}

const palettes = {
  light: {
    background: "#ffffff",
    border: "#d1d9e0",
    text: "#1f2328",
    codes: { "2": "#59636e", "31": "#cf222e", "32": "#1a7f37", "33": "#9a6700", "36": "#0b7285" },
  },
  dark: {
    background: "#0d1117",
    border: "#3d444d",
    text: "#e6edf3",
    codes: { "2": "#9198a1", "31": "#ff7b72", "32": "#3fb950", "33": "#d29922", "36": "#39c5cf" },
  },
} as const;

const size = 14;
const advance = 8.43;
const leading = 20;
const margin = 18;

/**
 * Draws terminal output.
 * @param lines text with the SGR styles that hookproof uses (bold, dim, red, green, yellow, cyan)
 * @param columns the terminal's width; by default that of the longest line
 * @returns an SVG whose columns line up in any monospaced font
 */
export const terminalSvg = (lines: readonly string[], theme: Theme, columns = longest(lines)): string => {
  const { background, border, text } = palettes[theme];
  const width = Math.ceil(columns * advance + 2 * margin);
  const height = lines.length * leading + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${background}" stroke="${border}"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${size}" fill="${text}">`,
    ...lines.flatMap((line, at) => textOf(line, margin + at * leading + size, theme)),
    "</g>",
    "</svg>\n",
  ].join("\n");
};

const longest = (lines: readonly string[]): number =>
  Math.max(...lines.map((line) => [...line.replaceAll(/\u001b\[\d+m/g, "")].length));

/** A line as one <text> element per style, each stretched to fit its columns. */
const textOf = (line: string, y: number, theme: Theme): readonly string[] => {
  const pieces: string[] = [];
  let style: Style = { colour: undefined, bold: false };
  let column = 0;
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code !== undefined) style = styleAfter(style, code, theme);
    else if (part !== "") {
      const length = [...part].length;
      const blanks = /^ */.exec(part)?.[0].length ?? 0;
      const words = [...part].slice(blanks).length;
      if (words > 0) {
        const look = `${style.bold ? ' font-weight="bold"' : ""}${style.colour === undefined ? "" : ` fill="${style.colour}"`}`;
        const x = (margin + (column + blanks) * advance).toFixed(1);
        pieces.push(
          `<text x="${x}" y="${y}" textLength="${(words * advance).toFixed(1)}"${look}>${escaped(part.slice(blanks))}</text>`,
        );
      }
      column += length;
    }
  }
  return pieces;
};

const styleAfter = (style: Style, code: string, theme: Theme): Style => {
  if (code === "1") return { ...style, bold: true };
  if (code === "22") return { colour: undefined, bold: false };
  if (code === "39") return { ...style, colour: undefined };
  const codes: Readonly<Record<string, string>> = palettes[theme].codes;
  return { ...style, colour: codes[code] };
};

/** Escapes text for XML; spaces become no-break spaces, which aren't collapsed. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(" ", "\u00a0");
