import type { DemoEvent } from "./run.ts";
import type { Paint } from "../../cli/paint.ts";
import { foldLine, pasteable, wrap } from "../../cli/wrap.ts";
import { withoutEnd } from "../../values/cut.ts";

/** The demo as text: narration, prompts, output; the receiver's lines behind a bar. */
export const demoView = (event: DemoEvent, paint: Paint): string | undefined => {
  switch (event.type) {
    case "say":
      return `\n${paint`${paint.bold(paint.markSafe(wrap(event.text, paint.width)))}`}\n`;
    case "command":
      return pasteable(event.line, paint.width - 4)
        .map((line, at) =>
          at === 0 ? paint`${paint.dim("$")} ${paint.accent(line)}` : paint`    ${paint.accent(line)}`,
        )
        .join("\n");
    case "output": {
      // The command itself painted this text and escaped untrusted data.
      const text = withoutEnd(event.text, "\n");
      if (text.trim() === "") return undefined;
      if (event.from === "hookproof") return `${text}\n`;
      const bar = `${event.from} | `;
      const lines = text.split("\n").flatMap((line) => foldLine(line, paint.width - bar.length).split("\n"));
      return `${lines.map((line) => paint`${paint.dim(bar)}` + line).join("\n")}\n`;
    }
    case "summary":
      return event.unexpected.length === 0
        ? paint`${paint.good(paint.mark.yes)} ${event.commands} commands in ${event.seconds}s, all as expected`
        : event.unexpected.map((what) => paint`${paint.bad(paint.mark.no)} ${what}`).join("\n");
  }
};
