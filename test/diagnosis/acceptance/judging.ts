import { findProfile } from "../../../src/providers/index.ts";
import type { HeaderPair } from "../../../src/request/request.ts";
import { diagnose } from "../../../src/diagnosis/diagnose.ts";
import type { Verdict } from "../../../src/signature/verdict.ts";
import { Secret } from "../../../src/values/secret.ts";
import { acme, now } from "./platforms.ts";
import type { Platform, Signing } from "./platforms.ts";

export const url = "https://hooks.example.com/in?tenant=7";

/** How a request departs from one that is signed and received correctly. */
export interface Departure {
  readonly signing?: Partial<Signing>;
  /** The secret that the verifier has. */
  readonly given?: string | Buffer;
  /** Secrets that are known besides, by name. */
  readonly others?: Readonly<Record<string, string>>;
  readonly headers?: readonly HeaderPair[];
  /** Headers that were lost on the way. */
  readonly lost?: RegExp;
  readonly at?: number;
}

/** The verdict on a body that was signed as sent and came as received. */
export const diagnosed = (one: Platform, sent: Buffer, received: Buffer, departure: Departure = {}): Verdict => {
  const signing: Signing = {
    key: Buffer.from(one.secret),
    body: sent,
    timestamp: one.clock === "ms" ? String(now) : String(now / 1000),
    shown: undefined,
    url,
    id: "msg_2b7Fh",
    hash: "",
    content: undefined,
    write: (_mac, due) => due,
    prefix: undefined,
    header: undefined,
    ...departure.signing,
  };
  const headers: readonly HeaderPair[] = [
    ["Host", "hooks.example.com"],
    ["Content-Type", "application/json"],
    ...one.build(signing),
    ...(departure.headers ?? []),
  ];
  const { lost } = departure;
  return diagnose(
    {
      method: "POST",
      target: "/in?tenant=7",
      httpVersion: "1.1",
      headers: lost === undefined ? headers : headers.filter(([name]) => !lost.test(name)),
      body: received,
    },
    one.id === acme.id ? acme : findProfile(one.id),
    [new Secret("given", departure.given ?? one.secret)],
    {
      at: departure.at ?? now,
      profiles: [acme],
      otherSecrets: Object.entries(departure.others ?? {}).map(([name, value]) => new Secret(name, value)),
    },
  );
};

/** A verdict's codes in their order, each once, and whether all of them are proved. */
export const told = (verdict: Verdict) => ({
  codes: [...new Set(verdict.findings.map((finding) => finding.code))],
  certain: verdict.findings.every((finding) => finding.certain),
});

/** What a proof of these causes looks like. */
export const proved = (codes: readonly string[]) => ({ codes: [...new Set(codes)], certain: true });

/** Where two bodies first differ. */
export const parting = (a: Buffer, b: Buffer): number => {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
};

/** The next of a list in turn. */
export const turn = <T>(list: readonly T[], index: number): T => {
  const [one] = list.slice(index % list.length);
  if (one === undefined) throw new Error("nothing to take turns among");
  return one;
};
