import { unspaced } from "./unspaced.ts";

unspaced(100_000);
