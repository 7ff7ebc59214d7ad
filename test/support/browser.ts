import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A browser to test pages with: the one named, or one on the path. `.ci/services` installs Debian's. */
export const browserProgram = ():
  | { readonly path: string; readonly skip: null }
  | { readonly path: ""; readonly skip: string } => {
  const named = process.env["HOOKPROOF_TEST_CHROMIUM"] ?? "";
  const found = [
    ...(named === "" ? [] : [named]),
    ...names.flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name))),
  ].find(isProgram);
  return found === undefined ? { path: "", skip: "no Chromium here" } : { path: found, skip: null };
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
