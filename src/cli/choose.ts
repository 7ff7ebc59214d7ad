import { emitKeypressEvents } from "node:readline";
import { HookproofError } from "../errors.ts";
import { onAbort } from "../values/abort.ts";
import { escapeControls } from "../values/escape.ts";
import type { Paint } from "./paint.ts";
import type { System } from "./system.ts";
import { clip, columns, padded } from "./wrap.ts";

/** One line of a list to choose from. */
export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  /** A short explanation. */
  readonly about?: string;
  /** The value if the user types this text instead of picking; undefined if the text doesn't fit. */
  readonly typed?: (text: string) => T | undefined;
  /** The value of typed text that fits no choice. The text may be a secret, so it is not shown. */
  readonly other?: (text: string) => T;
}

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly sequence?: string;
}

/** Visible rows; typing narrows the list. */
const maxRows = 8;

/**
 * Lets the user pick from a list: typing filters, arrow keys move, Enter selects.
 * @throws HookproofError `interrupted` for Ctrl-C, Ctrl-D and Escape
 */
export const chooseOnTerminal = <T>(
  { stdin, stderr, signal }: Pick<System, "stdin" | "stderr" | "signal">,
  paint: Paint,
  question: string,
  choices: readonly Choice<T>[],
): Promise<T> =>
  new Promise((resolve, reject) => {
    let typed = "";
    let at = 0;
    let drawnRows = 0;
    const other = choices.find((choice) => choice.other !== undefined);
    const matching = (): readonly Choice<T>[] => {
      const words = typed.toLowerCase().split(/\s+/);
      return choices.filter(({ name, about = "", typed: isTyped }) => {
        if (isTyped?.(typed) !== undefined) return true;
        const text = `${name} ${about}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
    };
    const erase = (): void => void stderr.write(drawnRows === 0 ? "" : `\r\u001b[${drawnRows}A\u001b[J`);
    const draw = (): void => {
      const found = matching();
      at = Math.max(0, Math.min(at, found.length - 1));
      const from = Math.max(0, Math.min(at - maxRows + 1, found.length - maxRows));
      const safe = choices.map(({ name }) => escapeControls(name));
      const width = Math.max(...safe.map(columns));
      const cut = (text: string, room: number): string => clip(escapeControls(text), room, paint.mark.dots.text);
      const rows = found.slice(from, from + maxRows).map(({ name, about = "" }, index) => {
        // A row that wrapped would take more lines on the screen than `erase` counts.
        const room = paint.width - 3;
        const text = cut(about === "" ? name : padded(escapeControls(name), width), room);
        const rest = cut(about, room - columns(text) - 2);
        return from + index === at
          ? paint`${paint.accent(">")} ${paint.bold(text)}  ${rest}`
          : paint`  ${text}  ${paint.dim(rest)}`;
      });
      const hidden = found.length - rows.length;
      const isOther = found.length === 0 && other !== undefined;
      const foot =
        found.length === 0
          ? other === undefined
            ? "  no match; press Backspace"
            : `  no match (not shown, as it may be a secret); Enter: ${other.name}, Backspace: back`
          : hidden > 0
            ? `  ${hidden} more; type to filter`
            : undefined;
      const lines = [
        paint`${question} ${paint.accent(isOther ? "***" : typed.slice(0, Math.max(0, paint.width - question.length - 2)))}`,
        ...rows,
        ...(foot === undefined ? [] : [paint`${paint.dim(foot)}`]),
      ];
      erase();
      stderr.write(`${lines.join("\n")}\n`);
      drawnRows = lines.length;
    };
    const raw = (on: boolean): void => {
      if ("setRawMode" in stdin && typeof stdin.setRawMode === "function") stdin.setRawMode(on);
    };
    // Once for keys that come together: a pasted secret's first characters, which may match, are never drawn.
    let drawing: NodeJS.Immediate | undefined;
    const drawSoon = (): void =>
      void (drawing ??= setImmediate(() => {
        drawing = undefined;
        draw();
      }));
    const end = (): void => {
      clearImmediate(drawing);
      stdin.off("keypress", onKey);
      endWait();
      raw(false);
      stdin.pause();
      erase();
    };
    const cancel = (): void => {
      end();
      reject(new HookproofError("interrupted", "interrupted"));
    };
    const onKey = (text: string | undefined, key: Key): void => {
      const found = matching();
      const isMove = key.ctrl === true && (key.name === "n" || key.name === "p");
      if ((key.ctrl === true && (key.name === "c" || key.name === "d")) || key.name === "escape") return cancel();
      if (key.name === "return" || key.name === "enter") {
        const chosen = found[at] ?? other;
        if (chosen === undefined) return;
        end();
        stderr.write(`${paint`${question} ${paint.accent(chosen.name)}`}\n`);
        if (found.length === 0 && chosen.other !== undefined) return resolve(chosen.other(typed));
        return resolve(chosen.typed?.(typed) ?? chosen.value);
      }
      if (key.name === "down" || (isMove && key.name === "n")) at = (at + 1) % Math.max(1, found.length);
      else if (key.name === "up" || (isMove && key.name === "p")) at = at === 0 ? found.length - 1 : at - 1;
      else if (key.name === "backspace") typed = typed.slice(0, -1);
      else if (key.ctrl === true && key.name === "u") typed = "";
      else if (text !== undefined && /^[\x20-\x7e]$/.test(text)) {
        typed += text;
        at = 0;
      } else return;
      drawSoon();
    };
    const endWait = onAbort(signal, cancel);
    emitKeypressEvents(stdin);
    raw(true);
    stdin.on("keypress", onKey);
    stdin.resume();
    draw();
  });
