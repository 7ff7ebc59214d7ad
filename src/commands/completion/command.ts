import { command } from "../../cli/command.ts";
import { Exit } from "../../cli/exit.ts";
import { argument } from "../../cli/inputs.ts";
import { choice } from "../../cli/value-parsers.ts";

const shells = ["bash", "zsh", "fish"] as const;

// Each script asks hookproof itself, so that providers, event types and secret names are current. Without completions
// the shell falls back to file names.
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `_hookproof() {
  local rest="\${COMP_LINE:0:COMP_POINT}" words=() word value cur i
  # Readline parts words at ':' and '='; those that no space parts belong together.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if ((i == 0)) || [[ "$rest" == [[:space:]]* ]]; then
      rest="\${rest#"\${rest%%[![:space:]]*}"}"
      words+=("")
    fi
    ((\${#word} > \${#rest})) && word="$rest"
    words[\${#words[@]}-1]+="$word"
    rest="\${rest#"$word"}"
  done
  cur="\${words[\${#words[@]}-1]}"
  # What readline takes for a word of its own must not be given again.
  local given="\${cur%"\${cur##*[:=]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    [[ "$value" == "$cur"* ]] || continue
    value="\${value#"$given"}"
    # A name may come from a project file: readline puts it on the line as it is, and Enter would run what stands in it.
    [[ "$value" == *[!A-Za-z0-9._:=,/@%+-]* ]] && printf -v value %q "$value"
    # Quoted in some and bare in others, it would end what all have in common.
    value="\${value//\\\\,/,}"
    COMPREPLY+=("$value")
  done < <(hookproof __complete -- "\${words[@]:1}" 2>/dev/null)
  if [[ "\${#COMPREPLY[@]}" -eq 1 && "\${COMPREPLY[0]}" == *[:=] ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}
complete -o default -F _hookproof hookproof
`,
  zsh: `#compdef hookproof
_hookproof() {
  local -a lines candidates
  lines=("\${(@f)$(hookproof __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  local line value tab=$'\\t'
  for line in $lines; do
    [[ -z "$line" ]] && continue
    # What _describe takes for the end of the name; it quotes the name itself.
    value="\${\${\${line%%$tab*}//\\\\/\\\\\\\\}//:/\\\\:}"
    if [[ "$line" == *$tab* ]]; then candidates+=("$value:\${line#*$tab}"); else candidates+=("$value"); fi
  done
  # A path may stand behind '--body=' and 'file:'.
  if (( \${#candidates} )); then _describe 'hookproof' candidates; else compset -P '--[a-z-]##='; compset -P 'file:'; _files; fi
}
if [[ "$funcstack[1]" == _hookproof ]]; then _hookproof "$@"; else compdef _hookproof hookproof; fi
`,
  fish: `function __hookproof_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (hookproof __complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    # A path may stand behind '--body=' and 'file:'.
    set -l before (string match -r -- '^(?:--[a-z-]+=)?(?:file:)?' $words[-1])
    printf '%s\\n' $before(__fish_complete_path (string sub -s (math (string length -- "$before") + 1) -- $words[-1]))
  end
end
complete -c hookproof -f -a '(__hookproof_complete)'
`,
};

/** `hookproof completion`: prints the completion script for a shell. */
export default command({
  summary: "Print a completion script for bash, zsh or fish",
  inputs: { shell: argument("<shell>", "the shell to complete in", choice(...shells)) },
  examples: [
    "source <(hookproof completion bash)",
    'hookproof completion zsh > "${fpath[1]}/_hookproof"',
    "hookproof completion fish > ~/.config/fish/completions/hookproof.fish",
  ],
  run: async (_context, { shell }) => ({ data: { shell, script: scripts[shell] }, exit: Exit.yes }),
  view: ({ script }) => Buffer.from(script, "utf8"),
});
