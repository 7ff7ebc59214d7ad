import { fuzzCommands, fuzzReaders } from "./readers.ts";

// The slow tests go on from here, with other seeds.
fuzzReaders(150, 1);
fuzzCommands(10, 1);
