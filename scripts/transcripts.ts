// Updates the command output shown in pages where it is missing or differs from what is printed now:
//   npm run build && npx tsx scripts/transcripts.ts README.md docs/listen.md
// A changed output is written in full; elide parts of it with `...` again by hand.
import { readFileSync, writeFileSync } from "node:fs";
import { stepsOf } from "../test/support/markdown.ts";
import { matches, runPage } from "../test/support/transcript.ts";

const withOutputs = async (page: string): Promise<string> => {
  const ran = (await runPage(page)).values();
  return page.replaceAll(/^(```console\n)([\s\S]*?)^```$/gm, (_, fence: string, text: string) => {
    const parts = stepsOf(text).map(({ command, output }) => {
      const { value } = ran.next();
      const shown = value === undefined || (output !== "" && matches(value)) ? output : value.printed;
      return `$ ${command}\n${shown.replace(/([^\n])$/, "$1\n")}`;
    });
    return `${fence}${parts.join("")}\`\`\``;
  });
};

const write = async (file: string): Promise<void> => writeFileSync(file, await withOutputs(readFileSync(file, "utf8")));

await Promise.all(process.argv.slice(2).map(write));
