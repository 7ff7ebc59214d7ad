import { readFileSync } from "node:fs";

/** What identifies this process to others that share a file. */
export interface ProcessInfo {
  readonly host: string;
  readonly pid: number;
  /** Whether a process exists on this machine. */
  readonly exists: (pid: number) => boolean;
}

/** Who holds a lock or a claim. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** `start time-random`: distinguishes processes that had the same pid one after the other. */
  readonly token: string;
}

/** The owner that this process acts as. @param randomId letters and digits that no other owner has */
export const ownerOf = (processInfo: ProcessInfo, randomId: string): Owner => ({
  host: processInfo.host,
  pid: processInfo.pid,
  token: `${startTime(processInfo.pid)}-${randomId}`,
});

/**
 * Whether an owner is still running, judged by pid and start time, since pids are reused. `unknown` for an owner on
 * another machine.
 */
export const ownerStatus = (owner: Owner, processInfo: ProcessInfo): "alive" | "dead" | "unknown" => {
  if (owner.host !== processInfo.host) return "unknown";
  if (!processInfo.exists(owner.pid)) return "dead";
  const [started] = owner.token.split("-");
  const seen = startTime(owner.pid);
  return started === "" || seen === "" || seen === started ? "alive" : "dead";
};

/** When a process started, in kernel ticks; empty if the system doesn't tell. */
const startTime = (pid: number): string => {
  try {
    // The name in parentheses may hold spaces; the start time is the 20th field behind it (proc(5)).
    return /\) (?:\S+ ){19}(\S+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1] ?? "";
  } catch {
    return "";
  }
};
