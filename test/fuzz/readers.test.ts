import { fuzzCommands, fuzzReaders } from "./readers.ts";

// The slow tests go on from here, with other seeds.
fuzzReaders(60, 1);
fuzzCommands(4, 1);
