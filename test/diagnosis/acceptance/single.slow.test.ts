import { each } from "../choice.ts";
import { singleAccidents } from "./single.ts";

singleAccidents(each);
