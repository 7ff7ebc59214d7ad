import { each } from "../choice.ts";
import { rewritings } from "./rewriters.ts";

rewritings(each);
