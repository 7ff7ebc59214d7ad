import { hostile } from "./hostile.ts";

hostile(1);
