/** The public secret of the sample files in `examples/`, used for nothing else. */
export const exampleSecret = "correct-horse";
