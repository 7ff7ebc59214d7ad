import { each } from "./choice.ts";
import { writers } from "./writers.ts";

writers(each);
