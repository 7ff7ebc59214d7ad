import { HookproofError } from "../errors.ts";
import { maskedUrl } from "../values/masked-url.ts";
import type { ForwardOptions } from "./forward.ts";
import type { ForwardTarget } from "./target.ts";
import { parseMatch } from "./until.ts";
import type { Match } from "./until.ts";

/** A target, and which requests it gets. */
export interface Route {
  readonly target: ForwardTarget;
  /** As typed: `type=invoice.*`; null if it matches all requests. */
  readonly condition: string | null;
  readonly takes: Match;
  readonly options: ForwardOptions;
}

/** A parsed `--forward-to` whose target isn't resolved yet. */
export interface RouteText extends Pick<Route, "condition" | "takes"> {
  readonly target: string;
}

/**
 * Parses `TARGET`, or `CONDITIONS=TARGET` with the conditions of `--until`: `type=invoice.*,path=/x=localhost:3000`.
 * @throws HookproofError `usage`
 */
export const parseRoute = (text: string): RouteText => {
  if (!/^\s*[a-z]+(?:\.[^=/]*)?=/i.test(text)) return { target: text, condition: null, takes: () => true };
  const end = endOfConditions(text);
  const [condition, target] = end < 0 ? [text, ""] : [text.slice(0, end).trim(), text.slice(end + 1).trim()];
  if (target === "") {
    throw new HookproofError("usage", `--forward-to '${maskedUrl(text)}' has a condition but no target`, {
      hint: "write 'type=invoice.*=localhost:3000/invoices'",
    });
  }
  return { target, condition, takes: parseMatch(condition, "--forward-to", false) };
};

/** Finds the `=` before the target, which may contain others: each condition has one, and a comma begins the next. */
const endOfConditions = (text: string): number => {
  for (let from = 0; ;) {
    const own = text.indexOf("=", from);
    const [comma, end] = [text.indexOf(",", own + 1), text.indexOf("=", own + 1)];
    if (own < 0 || comma < 0 || end < comma) return own < 0 ? own : end;
    from = comma + 1;
  }
};
