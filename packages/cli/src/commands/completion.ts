/**
 * `share completion bash|zsh|fish`: a script by which the shell completes the command's words. At each Tab it asks the hidden
 * command `share complete -- WORD…`.
 */
import shells from "@bomb.sh/tab";
import addTab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { examples } from "./examples.ts";

const SHELLS = ["bash", "zsh", "fish"];

/** The last line of an answer, where the shell is to offer names of files. */
const FILES = ":0";

/** To be added last: it tells of the commands that are there by then. */
export function addCompletion(program: Command): void {
  addTab(program, { completionCommandName: "completion" });
  const [completion, complete] = program.commands.slice(-2);
  completion?.registeredArguments[0]?.choices(SHELLS);
  completion
    ?.description("print what makes your shell complete commands, options and their values")
    .addHelpText(
      "after",
      examples(
        "completion bash > ~/.local/share/bash-completion/completions/share",
        "completion zsh > ~/.zfunc/_share     # where fpath has ~/.zfunc, before compinit",
        "completion fish > ~/.config/fish/completions/share.fish",
      ),
    )
    .action((shell: string) => {
      for (const line of printed(() => shells.setup("share", "share", shell))) console.log(line);
      // The script of the package never leaves room for names of files.
      if (shell === "bash") console.log("complete -o default -F __share_complete share");
    });
  complete?.action((words: readonly string[]) => {
    const answer = printed(() => shells.parse([...words]));
    for (const line of answer.length > 1 ? answer : [FILES]) console.log(line);
  });
}

/** The lines that the package would print. */
function printed(print: () => void): readonly string[] {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    print();
  } finally {
    console.log = log;
  }
  return lines;
}
