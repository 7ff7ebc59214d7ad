import { isAbsolute, resolve } from "node:path";

/** The names of queues that are files: `file:PATH`, and whatever has no scheme (a Windows drive is none). */
export const fileName = /^(?:file:|(?![a-z][a-z0-9+.-]+:))/i;

/** The path that a file queue's name stands for. */
export const pathOf = (name: string, cwd: string): string => {
  const path = name.replace(/^file:(?:\/\/)?/i, "");
  return isAbsolute(path) ? path : resolve(cwd, path);
};
