import { each } from "./choice.ts";
import { total } from "./total.ts";

total(12, each);
