import { oneIn } from "./choice.ts";
import { total } from "./total.ts";

total(1, oneIn);
