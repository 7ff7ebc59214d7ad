import { spawn } from "node:child_process";
import type { Context } from "../../cli/context.ts";

/** Programs that open a URL without a shell, which could interpret it. */
const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens a URL in the user's browser. A failure is only a warning, because the URL is printed too. */
export const openInBrowser = ({ env, warn }: Context, url: string): void => {
  const [program, ...args] = openers[process.platform] ?? (["xdg-open"] as const);
  const failed = (why: string): void => warn(`the browser could not be opened (${why}): open the printed address`);
  const child = spawn(program, [...args, url], { env, stdio: "ignore", detached: true });
  child.once("error", (error) => failed(error.message));
  child.once("exit", (code) => {
    if (code !== 0 && code !== null) failed(`${program} ended with ${code}`);
  });
  child.unref();
};
