import { each } from "./choice.ts";
import { relayed } from "./relay.ts";

relayed(each);
