import { largeRequests } from "./large.ts";

largeRequests(50e6);
