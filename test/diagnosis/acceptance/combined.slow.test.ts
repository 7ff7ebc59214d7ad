import { each } from "../choice.ts";
import { combinedAccidents } from "./combined.ts";

combinedAccidents(each);
