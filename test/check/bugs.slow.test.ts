import { bugsAreFound } from "./bugs.ts";

bugsAreFound(() => true);
