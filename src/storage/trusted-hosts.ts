import * as z from "zod";
import type { ProcessInfo } from "./owner.ts";
import { userFile } from "./user-file.ts";

/** What may be sent to a host named in a project file, once the user trusts it. */
export const purposes = ["deliveries", "token"] as const;
export type Purpose = (typeof purposes)[number];

const schema = z.record(
  z.string(),
  z.strictObject({ may: z.array(z.enum(purposes)), trustedAt: z.string().exactOptional() }),
);
type Trust = z.infer<typeof schema>[string];

/** The hosts that the user trusts, by origin (`https://api.example.com`); stored next to the secrets. */
export interface TrustedHosts {
  list(): Promise<readonly (Trust & { readonly host: string })[]>;
  has(origin: string, purpose: Purpose): Promise<boolean>;
  /** @param at epoch milliseconds */
  add(origins: readonly string[], may: readonly Purpose[], at: number): Promise<void>;
  /** @returns the origins that were trusted before */
  remove(origins: readonly string[]): Promise<readonly string[]>;
}

/** Opens the file in the user's configuration folder. @param randomId letters and digits that no other process has */
export const trustedHosts = (folder: string, processInfo: ProcessInfo, randomId: () => string): TrustedHosts => {
  const file = userFile<Trust>({
    folder,
    name: "trusted-hosts",
    holds: "trusted hosts",
    parse: read,
    processInfo,
    randomId,
  });
  return {
    list: async () => Object.entries(await file.read()).map(([host, trust]) => ({ host, ...trust })),
    has: async (origin, purpose) =>
      Object.entries(await file.read()).some(([host, { may }]) => host === origin && may.includes(purpose)),
    add: (origins, may, at) =>
      file.change((held) => {
        const trusted = (origin: string): Trust => ({
          may: purposes.filter((one) => may.includes(one) || held[origin]?.may.includes(one) === true),
          trustedAt: new Date(at).toISOString(),
        });
        return { ...held, ...Object.fromEntries(origins.map((origin) => [origin, trusted(origin)])) };
      }),
    remove: async (origins) => {
      let removed: readonly string[] = [];
      await file.change((held) => {
        removed = Object.keys(held).filter((host) => origins.includes(host));
        return Object.fromEntries(Object.entries(held).filter(([host]) => !origins.includes(host)));
      });
      return removed;
    },
  };
};

const read = async (text: string): Promise<Readonly<Record<string, Trust>>> => {
  const checked = schema.safeParse(JSON.parse(text));
  if (checked.success) return checked.data;
  throw new SyntaxError(z.prettifyError(checked.error));
};
