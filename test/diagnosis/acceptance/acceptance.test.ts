import { oneIn } from "../choice.ts";
import { combinedAccidents } from "./combined.ts";
import { rewritings } from "./rewriters.ts";
import { singleAccidents } from "./single.ts";

singleAccidents(oneIn);
combinedAccidents(oneIn);
rewritings(oneIn);
