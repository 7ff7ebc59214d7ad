import { each } from "../diagnosis/choice.ts";
import { hostileNames } from "./hostile-names.ts";

hostileNames(each);
