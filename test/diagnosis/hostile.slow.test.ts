import { hostile } from "./hostile.ts";

hostile(75);
