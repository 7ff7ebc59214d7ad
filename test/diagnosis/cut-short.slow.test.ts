import { each } from "./choice.ts";
import { cutShort } from "./cut-short.ts";

cutShort(each);
