import { largeBodies } from "./large.ts";

largeBodies(4e6);
