/** What signs the sample files in `examples/`: public, and for them alone. */
export const exampleSecret = "correct-horse";
