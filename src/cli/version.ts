// Defined by the build (scripts/build.mjs).
declare const HOOKPROOF_VERSION: string | undefined;

/** hookproof's version, as written into files. */
export const version = typeof HOOKPROOF_VERSION === "string" ? HOOKPROOF_VERSION : "0.0.0-dev";
