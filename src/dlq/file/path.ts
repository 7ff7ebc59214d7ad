import { isAbsolute, resolve } from "node:path";

/** Matches names of file queues: `file:PATH`, or anything without a scheme. A Windows drive letter is not a scheme. */
export const fileName = /^(?:file:|(?![a-z][a-z0-9+.-]+:))/i;

/** The path in a file queue's name. */
export const pathOf = (name: string, cwd: string): string => {
  const path = name.replace(/^file:(?:\/\/)?/i, "");
  return isAbsolute(path) ? path : resolve(cwd, path);
};
