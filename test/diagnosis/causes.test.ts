import { causes } from "./causes.ts";
import { oneIn } from "./choice.ts";

causes(oneIn);
