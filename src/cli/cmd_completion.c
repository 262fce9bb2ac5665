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

static int run(cli *self, const cli_input *input)
{
    if (strcmp(input->words[0], "bash") != 0) {
        return cli_misuse(self, NULL, "'%s': expected bash", input->words[0]);
    }
    cli_put(&self->out, bash);
    return 0;
}

static const char *const shells[] = {"bash", NULL};

const cli_command command_completion = {
    .name = "completion",
    .group = "Engine and davit",
    .summary = "Print a script that completes davit's commands in a shell",
    .usage = "bash",
    .help = "Commands, flags and their values are completed, and names of containers and images.",
    .examples = "source <(davit completion bash)\n"
                "davit completion bash > /etc/bash_completion.d/davit",
    .least = 1,
    .words = "a shell",
    .first = CLI_OFFER_CHOICES,
    .choices = shells,
    .run = run,
};
