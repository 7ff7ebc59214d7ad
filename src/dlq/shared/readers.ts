import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { ownerStatus, ownerOf } from "../../storage/owner.ts";
import type { ProcessInfo } from "../../storage/owner.ts";

/**
 * Names readers so that other processes of the same machine can detect a dead one at once. The hostname isn't enough:
 * two machines or containers may share it.
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

/** Identifies this boot and PID namespace; random if the system doesn't provide it. */
const machine = (host: string): string => {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const space = readlinkSync("/proc/self/ns/pid");
    return createHash("sha256").update(`${host} ${boot} ${space}`).digest("hex").slice(0, 16);
  } catch {
    return "";
  }
};
