/** Which of a list are tried: in `npm test` one in so many, in the slow tests each. */
export type Choice = <T>(list: readonly T[], every: number, from?: number) => readonly T[];

export const oneIn: Choice = (list, every, from = 0) => list.filter((_, at) => at % every === from);

export const each: Choice = (list) => list;
