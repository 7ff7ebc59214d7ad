import { each } from "../diagnosis/choice.ts";
import { endedBySignals } from "./ends.ts";

endedBySignals(each);
