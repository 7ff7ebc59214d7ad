import { anyBytes } from "./any-bytes.ts";

anyBytes(10_000);
