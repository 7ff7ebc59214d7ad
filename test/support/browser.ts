import { onPath } from "./own-servers.ts";

/** A browser for testing pages, or why there is none. */
export type BrowserProgram =
  | { readonly path: string; readonly skip: null }
  | { readonly path: ""; readonly skip: string };

/** The browser named in the environment, or one on the PATH. `.ci/services` installs Debian's. */
export const browserProgram = (): BrowserProgram => {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const named = process.env["HOOKPROOF_TEST_CHROMIUM"] ?? "";
  const path = named === "" ? names.map(onPath).find((one) => one !== undefined) : named;
  return path === undefined ? { path: "", skip: "no Chromium here" } : { path, skip: null };
};
