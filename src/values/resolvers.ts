/** A promise with its resolving functions. */
export interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

/** Like `Promise.withResolvers`, which Node 20 doesn't have. */
export const resolvers = <T>(): Resolvers<T> => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((yes) => {
    resolve = yes;
  });
  return { promise, resolve };
};
