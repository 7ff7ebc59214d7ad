import { api } from "./api.ts";
import type { CopyFormat } from "./api.ts";
import { attempt, chosen, current, dialog, marked, part, say } from "./store.ts";
import { copy } from "./bits.tsx";

// The actions on a request, for buttons and keys.

const names: Readonly<Record<CopyFormat, string>> = {
  curl: "the curl command",
  raw: "the raw request",
  har: "the HAR",
  fetch: "the fetch call",
};

export const copyAs = (id: string, format: CopyFormat): Promise<void> =>
  attempt(async () => copy(await api.as(id, format), names[format]));

/** Opens the resend dialog for the marked requests, or for the shown one. */
export const resend = (): void => {
  const ids = marked.value.size > 0 ? [...marked.value] : current.value === null ? [] : [current.value];
  if (ids.length > 0) dialog.value = { kind: "resend", ids };
};

export const putInQueue = (ids: readonly string[]): Promise<void> =>
  attempt(async () => {
    const { queue, results } = await api.putInQueue(ids);
    const failed = results.find(({ error }) => error !== null)?.error;
    if (failed === undefined || failed === null) say(`Add to the dead-letter queue (${queue})`);
    else say(failed, true);
  });

export const saveFixture = (id: string): Promise<void> =>
  attempt(async () => {
    dialog.value = { kind: "saved", title: "Saved as a fixture", saved: await api.fixture(id) };
  });

export const saveEvidence = (id: string): Promise<void> =>
  attempt(async () => {
    dialog.value = { kind: "saved", title: "Evidence bundle", saved: await api.evidence(id) };
  });

/** Keeps showing the current request, even when newer ones arrive. */
export const keepVisible = (): void => {
  chosen.value ??= current.value;
};

export const compareWithBefore = (): void => {
  keepVisible();
  part.value = "Compare";
};
