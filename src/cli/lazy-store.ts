import type { SecretStore } from "../secrets/store.ts";

/** The store without its module: most commands never look into it. */
export const lazyStore = (folder: string): SecretStore => {
  const real = async (): Promise<SecretStore> => (await import("../secrets/store.ts")).secretStore(folder);
  return {
    list: async () => (await real()).list(),
    get: async (name) => (await real()).get(name),
    all: async () => (await real()).all(),
    set: async (name, value, at) => (await real()).set(name, value, at),
    remove: async (name) => (await real()).remove(name),
  };
};
