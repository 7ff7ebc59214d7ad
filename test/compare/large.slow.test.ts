import { largeBodies } from "./large.ts";

largeBodies(50e6);
