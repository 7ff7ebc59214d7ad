import { causes } from "./causes.ts";
import { each } from "./choice.ts";

causes(each);
