import { oneIn } from "./choice.ts";
import { relayed } from "./relay.ts";

relayed(oneIn);
