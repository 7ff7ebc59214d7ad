import { each } from "./choice.ts";
import { total } from "./total.ts";

total(30, each);
