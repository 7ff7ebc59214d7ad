import type { Plugin } from "vitest/config";

export declare const library: (options: { readonly isBuild: boolean }) => Plugin;
