/**
 * The user and password of a URL: everything up to the last `@` before the path. Takes linear time: each `:/` is tried
 * once. A URL that was mistaken for a file path has one slash left.
 */
const userInfo = /(?<=[a-z0-9+.-]{2}:\/\/?)[^\s/?#"<>\\`]+@/gi;

/**
 * Masks user and password in every URL of a text; both, because the password may be in the user's place, as with Redis.
 */
export const withoutPasswords = (text: string): string =>
  text.includes(":/") && text.includes("@") ? text.replace(userInfo, "***@") : text;

/** A URL as typed by a user, perhaps without a scheme, with user and password masked. */
export const maskedUrl = (typed: string): string => {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  // In `http:/user:password@host`, a slash short, a URL parser reads them as the path of a host "http".
  if (url?.username === "" && url.password === "" && !/^https?:(?!\/\/)/i.test(typed)) return typed;
  // If it isn't a valid URL, the password may contain / or #: mask everything before the last @.
  return typed.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1***@");
};

/** A JSON replacer that masks URLs in every string, except a body's data and a requested command. */
export const maskUrlsInField = (key: string, value: unknown): unknown =>
  typeof value === "string" && key !== "data" && key !== "curl" ? withoutPasswords(value) : value;
