// Put in by the build (scripts/build.mjs).
declare const HOOKPROOF_VERSION: string | undefined;

/** hookproof's own version, as files that it writes name it. */
export const version = typeof HOOKPROOF_VERSION === "string" ? HOOKPROOF_VERSION : "0.0.0-dev";
