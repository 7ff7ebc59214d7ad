import { fuzzCommands, fuzzReaders } from "./readers.ts";

fuzzReaders(3000, 1_000_000);
fuzzCommands(100, 1_000_000);
