import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ApiResponse } from "./response.ts";

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** The page's folder: in the package it is next to this chunk, in the source tree it is in the build output. */
const folder = (): URL => {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? "../../dist/inspector/" : "./inspector/", import.meta.url);
};

/** The page's file for a path; undefined where there is none. */
export const pageFile = async (path: string): Promise<ApiResponse | undefined> => {
  const name = path === "/" ? "index.html" : path.slice(1);
  const [, ending = ""] = /^[a-z][a-z0-9-]{0,40}\.(html|js|css|svg)$/.exec(name) ?? [];
  const type = types[ending];
  if (type === undefined) return undefined;
  try {
    const body = await readFile(fileURLToPath(new URL(name, folder())));
    return { status: 200, headers: { "content-type": type, "cache-control": "no-cache" }, body };
  } catch {
    return undefined;
  }
};
