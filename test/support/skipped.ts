/** A name that says why its tests are skipped here, where they are: the end of a run repeats it. */
export const named = (name: string, skip: string | null): string => (skip === null ? name : `${name} (${skip})`);
