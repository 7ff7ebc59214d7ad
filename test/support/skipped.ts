/** A suite's name, with the reason if its tests are skipped here; the end of a run repeats it. */
export const named = (name: string, skip: string | null): string => (skip === null ? name : `${name} (${skip})`);
