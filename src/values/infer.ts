import type * as z from "zod";

/** The type of what a zod schema reads, as read-only data. Used with `import type`, it doesn't load zod. */
export type Infer<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;

type DeepReadonly<T> = { readonly [Key in keyof T]: DeepReadonly<T[Key]> };
