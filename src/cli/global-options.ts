/** A line of the help. */
export interface HelpRow {
  readonly syntax: string;
  readonly about: string;
}

/** The options of every command. */
export const globalOptions: readonly HelpRow[] = [
  { syntax: "--json", about: "results as JSON on stdout: one object, or one a line" },
  { syntax: "-q, --quiet", about: "say less" },
  { syntax: "-v, --verbose", about: "say more" },
  { syntax: "--no-color", about: "no colour (NO_COLOR, FORCE_COLOR, TERM and CI are obeyed too)" },
  { syntax: "--no-input", about: "never ask" },
  { syntax: "--debug", about: "show where an error came from" },
  { syntax: "-V, --version", about: "show the version" },
  { syntax: "-h, --help", about: "show help, of a command too" },
];
