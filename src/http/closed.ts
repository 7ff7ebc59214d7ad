/** Creates the error for a connection that the other side closed without Node reporting an error. */
export const connectionClosedError = (): Error => Object.assign(new Error("closed"), { code: "ECONNRESET" });
