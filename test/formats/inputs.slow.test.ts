import { each } from "../diagnosis/choice.ts";
import { damagedForms, lossIsTold } from "./forms-judged.ts";

lossIsTold(each);
damagedForms(24);
