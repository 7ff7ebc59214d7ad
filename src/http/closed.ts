/** The other side closed the connection, with nothing that Node calls an error. */
export const connectionClosedError = (): Error => Object.assign(new Error("closed"), { code: "ECONNRESET" });
