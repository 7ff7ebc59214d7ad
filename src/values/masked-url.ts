/**
 * The user and password of a URL: everything up to the last `@` before the path. Linear: each `:/` is looked at once.
 * A URL that was mistaken for a file path has one slash left.
 */
const userInfo = /(?<=[a-z0-9+.-]{2}:\/\/?)[^\s/?#"<>\\`]+@/gi;

/** Text in which no URL shows its user or password; a password may stand in the user's place, as Redis's does. */
export const withoutPasswords = (text: string): string =>
  text.includes(":/") && text.includes("@") ? text.replace(userInfo, "***@") : text;

/** A URL as a person typed it, perhaps without its scheme, as it may be shown. */
export const maskedUrl = (typed: string): string => {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  // In `http:/user:password@host`, a slash short, they are taken for the path of a host "http".
  if (url?.username === "" && url.password === "" && !/^https?:(?!\/\/)/i.test(typed)) return typed;
  // Where it is none, a password with a / or # of its own may be why: everything before the last @ goes.
  return typed.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1***@");
};

/** As JSON's replacer: masks in every text but a body's bytes and a command that was asked for. */
export const maskUrlsInField = (key: string, value: unknown): unknown =>
  typeof value === "string" && key !== "data" && key !== "curl" ? withoutPasswords(value) : value;
