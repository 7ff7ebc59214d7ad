import { compareWithBefore, copyAs, resend, keepVisible } from "./actions.ts";
import { current, dialog, reading, step, tab, toggleMark } from "./store.ts";

/** The keyboard shortcuts, for the help dialog and button hints. */
export const keyHelp: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["j", "↓"], "Next request"],
  [["k", "↑"], "Previous request"],
  [["Enter"], "Go to the request"],
  [["/"], "Filter"],
  [["r"], "Resend"],
  [["c"], "Copy as curl"],
  [["d"], "Compare with another attempt, the marked request or the previous one"],
  [["x"], "Mark"],
  [["Esc"], "Back to the list"],
  [["?"], "This list"],
];

const focus = (selector: string): void => document.querySelector<HTMLElement>(selector)?.focus();

const move = (by: number): void => {
  const row = step(by);
  // The row may not be rendered until the next frame.
  if (row !== undefined && document.activeElement?.matches(".row") === true)
    requestAnimationFrame(() => requestAnimationFrame(() => focus(`.row[aria-current="true"]`)));
};

const withCurrent = (action: (id: string) => void) => (): void => {
  if (current.value !== null) action(current.value);
};

const actions: Readonly<Record<string, () => void>> = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => focus("#filter"),
  r: resend,
  c: withCurrent((id) => void copyAs(id, "curl")),
  d: compareWithBefore,
  x: withCurrent(toggleMark),
  Enter: () => {
    keepVisible();
    reading.value = true;
    requestAnimationFrame(() => focus("#detail"));
  },
  "?": () => {
    dialog.value = { kind: "keys" };
  },
};

const onKey = (event: KeyboardEvent): void => {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.value !== null) return;
  if (target?.matches("input, textarea, select") === true) {
    if (event.key === "Escape") target.blur();
    return;
  }
  const isRow = target?.matches(".row") === true;
  if (event.key === "Escape") {
    // With an open menu, Escape only closes the menu; the browser does that.
    if (document.querySelector(":popover-open") !== null) return;
    reading.value = false;
    requestAnimationFrame(() => focus(`.row[aria-current="true"]`));
    return;
  }
  if (isRow && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  // Enter activates a focused button or link.
  if (event.key === "Enter" && target?.matches("button, a, summary") === true && !isRow) return;
  if (tab.value !== "requests" && event.key !== "?") return;
  const action = actions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
};

/** Installs the keyboard shortcuts. */
export const listenToKeys = (): void => document.addEventListener("keydown", onKey);
