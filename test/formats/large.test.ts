import { largeRequests } from "./large.ts";

largeRequests(4e6);
