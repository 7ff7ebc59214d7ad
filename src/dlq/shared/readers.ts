import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { ownerStatus, ownerOf } from "../../storage/owner.ts";
import type { ProcessInfo } from "../../storage/owner.ts";

/**
 * Names readers of a shared engine so that another process of the same machine can tell at once that
 * one has died. A host's name is not enough for that: two machines, or two containers, may share it.
 */
export const readerNames = (processInfo: ProcessInfo, randomId: string) => {
  const here: ProcessInfo = { ...processInfo, host: machine(processInfo.host) };
  const me = ownerOf(here, randomId);
  return {
    mine: `hookproof/${me.host}/${me.pid}/${me.token}`,
    /** True only for a reader of this machine whose process is gone. */
    isDead: (name: string): boolean => {
      const [program, host = "", pid = "", token = ""] = name.split("/");
      if (program !== "hookproof" || host === "" || !/^\d+$/.test(pid)) return false;
      return ownerStatus({ host, pid: Number(pid), token }, here) === "dead";
    },
  };
};

/** This boot of this machine and this space of process numbers; a chance name where the system does not say. */
const machine = (host: string): string => {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const space = readlinkSync("/proc/self/ns/pid");
    return createHash("sha256").update(`${host} ${boot} ${space}`).digest("hex").slice(0, 16);
  } catch {
    return "";
  }
};
