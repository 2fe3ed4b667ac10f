import type { Command } from 'commander';
import { InvalidValueError } from '@ala/shared/errors';

/** Words that may follow words: the key is a command with its subcommands, as `bid place`, or empty. */
export type Words = ReadonlyMap<string, readonly string[]>;

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Programs of their own behind the same launcher; it knows them, commander does not. */
const LAUNCHED: Words = new Map([
  ['start', ['--once', '--json', '--scenario', '--base-port', '--data-dir', '--help']],
  ['devnet', ['--base-port', '--data-dir', '--block-time', '--help']],
  ['deploy', ['plan', 'apply', 'verify', '--help']],
  ['deploy plan', ['--file', '--json', '--help']],
  ['deploy apply', ['--file', '--keystore', '--redo', '--json', '--help']],
  ['deploy verify', ['--file', '--json', '--help']],
]);

export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('print what a shell needs to complete this command: source <(./ala completion bash)')
    .argument('<shell>', SHELLS.join(', '))
    .action((name: string) => {
      const shell = SHELLS.find((each) => each === name);
      if (shell === undefined) throw new InvalidValueError('shell', name, `one of ${SHELLS.join(', ')}`);
      process.stdout.write(completionScript(shell, wordsOf(program)));
    });
}

/** The commands and options of a program, and those that the launcher adds. */
export function wordsOf(program: Command): Words {
  const words = new Map<string, readonly string[]>(LAUNCHED);
  const visit = (command: Command, path: readonly string[]): void => {
    const options = command.options.flatMap(({ long }) => long ?? []);
    const names = command.commands.map((each) => each.name());
    const launched = path.length === 0 ? ['start', 'devnet', 'deploy'] : [];
    words.set(path.join(' '), [...names, ...launched, ...options, '--help'].sort());
    for (const each of command.commands) visit(each, [...path, each.name()]);
  };
  visit(program, []);
  return words;
}

export function completionScript(shell: Shell, words: Words): string {
  if (shell === 'fish') return fish(words);
  const setup = shell === 'zsh' ? 'autoload -Uz compinit bashcompinit && compinit && bashcompinit\n' : '';
  return `${setup}${bash(words)}`;
}

/** The longest command that the words before the cursor spell decides. */
function bash(words: Words): string {
  const cases = [...words].map(([path, after]) => `    '${path}') words='${after.join(' ')}' ;;`);
  return `_ala() {
  local path='' word words=''
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; esac
    path="\${path:+$path }$word"
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _ala ala ./ala
`;
}

function fish(words: Words): string {
  const lines = [...words].map(([path, after]) => {
    const test = `test (__ala_path) = '${path}'`;
    return `complete -c ala -f -n "${test}" -a '${after.join(' ')}'`;
  });
  return `function __ala_path
  set -l path
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and break
    set -a path $word
  end
  echo "$path"
end
${lines.join('\n')}
`;
}
