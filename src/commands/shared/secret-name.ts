import { HookproofError } from "../../errors.ts";

/** Validates the name of a stored secret: letters, digits and `. _ : - /`. @throws HookproofError `usage` */
export const secretName = (text: string): string => {
  if (/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/.test(text)) return text;
  throw new HookproofError("usage", `'${text}' is not a name for a secret`, {
    hint: "use letters, digits and . _ : - /",
  });
};
