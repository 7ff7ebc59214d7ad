/** A fenced block of a page. */
export interface Block {
  /** The first word after the fence: `console`, `sh`, `json` … */
  readonly language: string;
  /** What follows the language: the file name that the block is saved under. */
  readonly file: string;
  readonly text: string;
}

/** A command of a ```console block and the output that the page shows. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

/** The fenced blocks of a page in order, including those in comments. */
export const blocksOf = (page: string): readonly Block[] =>
  Array.from(page.matchAll(/^```([\w-]*)[ \t]*(.*)\n([\s\S]*?)^```$/gm), ([, language = "", file = "", text = ""]) => ({
    language,
    file,
    text,
  }));

/**
 * The commands of a ```console block: each follows `$ ` and continues over lines that end in `\` or belong to a
 * here-document.
 */
export const stepsOf = (text: string): readonly Step[] => {
  const steps: { command: string; output: string }[] = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const last = steps.at(-1);
    if (line.startsWith("$ ")) steps.push({ command: line.slice(2), output: "" });
    else if (last === undefined) throw new Error(`a console block begins without a command: ${line}`);
    else if (last.output === "" && isOpen(last.command)) last.command += `\n${line}`;
    else last.output += `${line}\n`;
  }
  return steps;
};

const isOpen = (command: string): boolean => {
  const word = /<<-?\s*'?(\w+)'?/.exec(command)?.[1];
  return command.endsWith("\\") || (word !== undefined && !command.includes(`\n${word}`));
};

/** A page without its fenced blocks. */
export const proseOf = (page: string): string => page.replaceAll(/^```[\s\S]*?^```$/gm, "");

/** The targets of a page's links and pictures, as written. */
export const linksOf = (page: string): readonly string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)[^)]*\)/g), ...proseOf(page).matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(
    ([, target = ""]) => target,
  );

/** The anchors of a page's headings, as GitHub makes them. */
export const anchorsOf = (page: string): readonly string[] =>
  Array.from(proseOf(page).matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, "")
      .replaceAll(" ", "-"),
  );
