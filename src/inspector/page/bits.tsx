import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Row } from "../types.ts";
import { say } from "./store.ts";

// Small components and helpers that all views share.

export type Tone = "good" | "bad" | "warn" | "plain";

export const toneOfState: Readonly<Record<Row["verdict"]["state"], Tone>> = {
  valid: "good",
  invalid: "bad",
  unsigned: "warn",
  unknown: "plain",
};
export const signOfState: Readonly<Record<Row["verdict"]["state"], string>> = {
  valid: "✓",
  invalid: "✗",
  unsigned: "!",
  unknown: "–",
};
export const wordOfState: Readonly<Record<Row["verdict"]["state"], string>> = {
  valid: "valid",
  invalid: "invalid",
  unsigned: "not signed",
  unknown: "not verified",
};

export const toneOfStatus = (status: number | null): Tone => {
  if (status === null) return "plain";
  return status < 300 ? "good" : status < 400 ? "warn" : "bad";
};

/** The status code, such as `401`, or why there is none. */
export const statusText = ({ status, kind, pending }: Pick<Row, "status" | "kind" | "pending">): string =>
  status === null ? (pending ? "…" : (kind ?? "")) : String(status);

const two = (number: number): string => String(number).padStart(2, "0");

/** The local time of day. */
export const clock = (iso: string): string => {
  const date = new Date(iso);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};

export const Time = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={at}>
    {clock(at)}
  </time>
);

export const Pill = ({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) => (
  <span class={`pill ${tone}`}>{children}</span>
);

/** `1 request`, `3 requests`. */
export const count = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** Copies a text to the clipboard and shows a notice. */
export const copy = async (text: string, what: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text);
    say(`Copied ${what}`);
  } catch {
    say("The browser does not allow copying here", true);
  }
};

/** A line of code with its copy button. */
export const Copyable = ({ text, label }: { readonly text: string; readonly label: string }) => (
  <div class="copyable">
    <pre class="block">{text}</pre>
    <button type="button" class="quiet" onClick={() => void copy(text, label)}>
      Copy<span class="hidden-text"> {label}</span>
    </button>
  </div>
);

const icons = {
  sun: "M12 4V2M12 22v-2M4 12H2M22 12h-2M6 6 4.6 4.6M19.4 19.4 18 18M18 6l1.4-1.4M4.6 19.4 6 18M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.500 10.5Z",
  pause: "M8 5v14M16 5v14",
  play: "M7 5l12 7-12 7Z",
  back: "M15 5l-7 7 7 7",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
} as const;

export const Icon = ({ name }: { readonly name: keyof typeof icons }) => (
  <svg width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
    <path d={icons[name]} stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
  </svg>
);

/** A button that opens a menu of buttons. */
export const Menu = ({
  label,
  children,
  disabled = false,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly disabled?: boolean;
}) => {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const place = (): void => {
    const [anchor, menu] = [button.current?.getBoundingClientRect(), list.current];
    if (anchor === undefined || menu === null) return;
    menu.style.top = `${anchor.bottom + 4}px`;
    menu.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - 248))}px`;
  };
  return (
    <>
      <button type="button" ref={button} popovertarget={id} disabled={disabled} onClick={place}>
        {label} <Icon name="down" />
      </button>
      <div id={id} ref={list} popover="auto" class="menu" onClick={() => list.current?.hidePopover()}>
        {children}
      </div>
    </>
  );
};

/** A dialog that is open as long as it is mounted. */
export const Dialog = ({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("input[type=text]")?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="inside">
        <div class="bar">
          <h2 id={id} class="spring">
            {title}
          </h2>
          <button type="button" class="quiet icon" aria-label="Close" onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
};

/** A segmented control: one of a few choices is selected. */
export const Segments = <Value extends string>({
  label,
  values,
  value,
  onChange,
}: {
  readonly label: string;
  readonly values: readonly Value[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) => (
  <div class="segments" role="group" aria-label={label}>
    {values.map((one) => (
      <button type="button" key={one} aria-pressed={one === value} onClick={() => onChange(one)}>
        {one}
      </button>
    ))}
  </div>
);

const choices = new Map<string, Signal<string | null>>();

/** A choice remembered in this browser and shared by all components that use the same key. */
export const useRemembered = (key: string): readonly [string | null, (value: string) => void] => {
  const name = `hookproof.${key}`;
  const choice = choices.get(key) ?? signal(localStorage.getItem(name));
  choices.set(key, choice);
  return [
    choice.value,
    (next) => {
      localStorage.setItem(name, next);
      choice.value = next;
    },
  ];
};
