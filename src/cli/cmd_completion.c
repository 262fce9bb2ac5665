/* SPDX-License-Identifier: MIT */
#include "commands.h"

#include <string.h>

/* Everything that is offered comes from `davit __complete`; the script only talks to bash. Bash
 * cuts words at ':' and '=', so they are put together again before, and cut again after. */
static const char bash[] =
    "# bash completion for davit: source <(davit completion bash)\n"
    "_davit() {\n"
    "    local IFS=$'\\n' i line piece current prefix kind=\n"
    "    local rest=\"${COMP_LINE:0:COMP_POINT}\" words=()\n"
    "    for ((i = 0; i <= COMP_CWORD; i++)); do\n"
    "        piece=\"${COMP_WORDS[i]}\"\n"
    "        if ((i > 0)) && [[ -n $rest && $rest != [[:space:]]* ]]; then\n"
    "            ((i == COMP_CWORD)) && piece=\"$rest\"\n"
    "            words[${#words[@]} - 1]+=\"$piece\"\n"
    "        else\n"
    "            rest=\"${rest#\"${rest%%[![:space:]]*}\"}\"\n"
    "            ((i == COMP_CWORD)) && piece=\"$rest\"\n"
    "            words+=(\"$piece\")\n"
    "        fi\n"
    "        rest=\"${rest#\"$piece\"}\"\n"
    "    done\n"
    "    current=\"${words[${#words[@]} - 1]}\"\n"
    "    prefix=\"${current%\"${current##*[:=]}\"}\"\n"
    "    COMPREPLY=()\n"
    "    while read -r line; do\n"
    "        case \"$line\" in\n"
    "        :*) kind=\"${line#:}\" ;;\n"
    "        *) COMPREPLY+=(\"${line#\"$prefix\"}\") ;;\n"
    "        esac\n"
    "    done < <(\"${words[0]/#\\~/$HOME}\" __complete -- \"${words[@]:1}\" 2>/dev/null)\n"
    "    case \"$kind\" in\n"
    "    files) compopt -o filenames\n"
    "        COMPREPLY=($(compgen -f -- \"${current#\"$prefix\"}\")) ;;\n"
    "    folders) compopt -o filenames\n"
    "        COMPREPLY=($(compgen -d -- \"${current#\"$prefix\"}\")) ;;\n"
    "    nospace) compopt -o nospace ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _davit davit\n";

static const char zsh[] =
    "#compdef davit\n"
    "# zsh completion for davit: source <(davit completion zsh), or a file _davit in $fpath\n"
    "_davit() {\n"
    "    local line kind=\n"
    "    local -a found\n"
    "    while IFS= read -r line; do\n"
    "        case \"$line\" in\n"
    "        :*) kind=\"${line#:}\" ;;\n"
    "        *) found+=(\"$line\") ;;\n"
    "        esac\n"
    "    done < <(\"${${(Q)words[1]}/#\\~/$HOME}\" __complete -- \"${(@Q)words[2,CURRENT-1]}\" \\\n"
    "        \"${(Q)PREFIX}\" 2>/dev/null)\n"
    "    case \"$kind\" in\n"
    "    files) compset -P '--[^=]#='; _files ;;\n"
    "    folders) compset -P '--[^=]#='; _files -/ ;;\n"
    "    nospace) compadd -S '' -- \"${found[@]}\" ;;\n"
    "    *) compadd -- \"${found[@]}\" ;;\n"
    "    esac\n"
    "}\n"
    "if [[ ${funcstack[1]} == _davit ]]; then\n"
    "    _davit \"$@\"\n"
    "else\n"
    "    compdef _davit davit\n"
    "fi\n";

/* Fish puts no space behind a candidate that ends in "=" or ":" anyway. */
static const char fish[] =
    "# fish completion for davit: davit completion fish | source\n"
    "function __davit_complete\n"
    "    set -l words (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    set -l program (string replace -r '^~' $HOME -- $words[1])\n"
    "    set -e words[1]\n"
    "    set -l before (string match -r '^--[^=]*=' -- $current)\n"
    "    set -l value (string replace -r '^--[^=]*=' '' -- $current)\n"
    "    for line in (command $program __complete -- $words \"$current\" 2>/dev/null)\n"
    "        switch $line\n"
    "            case :files\n"
    "                printf '%s\\n' \"$before\"(__fish_complete_path \"$value\")\n"
    "            case :folders\n"
    "                printf '%s\\n' \"$before\"(__fish_complete_directories \"$value\" '')\n"
    "            case :nospace\n"
    "            case '*'\n"
    "                printf '%s\\n' $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c davit -f -a '(__davit_complete)'\n";

static const char *const shells[] = {"bash", "zsh", "fish", NULL};
static const char *const scripts[] = {bash, zsh, fish};

static int run(cli *self, const cli_input *input)
{
    for (size_t i = 0; shells[i]; i++) {
        if (strcmp(input->words[0], shells[i]) == 0) {
            cli_put(&self->out, scripts[i]);
            return 0;
        }
    }
    return cli_misuse(self, NULL, "'%s': expected bash, zsh or fish", input->words[0]);
}

const cli_command command_completion = {
    .name = "completion",
    .group = "Engine and davit",
    .summary = "Print a script that completes davit's commands in a shell",
    .usage = "bash|zsh|fish",
    .help = "Commands, flags and their values are completed, and names of containers and images.",
    .examples = "source <(davit completion bash)\n"
                "source <(davit completion zsh)\n"
                "davit completion fish | source",
    .least = 1,
    .words = "a shell",
    .first = CLI_OFFER_CHOICES,
    .choices = shells,
    .run = run,
};
