import { onPath } from "./own-servers.ts";

/** A browser to test pages with, or why there is none. */
export type BrowserProgram =
  | { readonly path: string; readonly skip: null }
  | { readonly path: ""; readonly skip: string };

/** The browser that is named, or one on the path. `.ci/services` installs Debian's. */
export const browserProgram = (): BrowserProgram => {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const named = process.env["HOOKPROOF_TEST_CHROMIUM"] ?? "";
  const path = named === "" ? names.map(onPath).find((one) => one !== undefined) : named;
  return path === undefined ? { path: "", skip: "no Chromium here" } : { path, skip: null };
};
