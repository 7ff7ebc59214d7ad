import { oneIn } from "./choice.ts";
import { writers } from "./writers.ts";

writers(oneIn);
