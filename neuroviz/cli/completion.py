"""``neuroviz completion``: scripts with which a shell completes commands, options and choices."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping

from neuroviz.api.choices import known_choices
from neuroviz.api.film import ALONE, THEMES
from neuroviz.cli.command import COMMANDS, NAMED
from neuroviz.cli.output import emit
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.data.generators import GENERATORS
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.script.script import STYLES
from neuroviz.lessons.library import lesson_paths
from neuroviz.lessons.riddles import NAME as RIDDLE
from neuroviz.pictures.film import SHAPES

EPILOG = """\
examples:
  neuroviz completion bash > ~/.local/share/bash-completion/completions/neuroviz
  neuroviz completion zsh > ~/.neuroviz.zsh
  neuroviz completion fish > ~/.config/fish/completions/neuroviz.fish

The folder has to be there: mkdir -p makes it. In ~/.zshrc, after compinit: source ~/.neuroviz.zsh
"""
_BASH = """\
_neuroviz() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} known= command=${{COMP_WORDS[1]}}
    local before=${{COMP_WORDS[COMP_CWORD-1]}} start=
    if [ "$COMP_CWORD" = 1 ]; then command=; fi
    # Of --task=we bash makes three words, zsh one.
    if [ "$before" = "=" ]; then before=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    case $word in
    =) word= ;;
    --*=*) before=${{word%%=*}}; start=$before=; word=${{word#*=}} ;;
    esac
    case $before in
{values}
    *)
        case $command in
{words}
        esac ;;
    esac
    COMPREPLY=($(compgen -P "$start" -W "$known" -- "$word"))
}}
complete -o default -F _neuroviz neuroviz"""
_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"
_SHELLS = ("bash", "zsh", "fish")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``completion``."""
    names = f"{{{','.join(_SHELLS)}}}"  # shown too in the error where it is missing
    parser.add_argument("shell", choices=_SHELLS, metavar=names, help="whose completion to write")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    emit(_fish() if args.shell == "fish" else _ZSH * (args.shell == "zsh") + _bash())
    return 0


def _actions() -> Iterator[tuple[str, argparse.Action, list[str]]]:
    """Yield each option and word of each command, with the names that it can have."""
    from neuroviz.cli.worksheet import NAME as FIVE_STEPS  # here: the help loads no other command

    known: dict[str, Iterable[str]] = {
        **known_choices(),
        "scale": SCALINGS,
        "style": STYLES,
        "view": ALONE,
        "race": OPTIMIZERS,
        "shape": SHAPES,
        "theme": THEMES,
        "data": [f"{name}:" for name in GENERATORS],
        "command": NAMED,
    }
    lessons = [path.stem for path in lesson_paths()]
    for name, command in COMMANDS.items():
        known["lesson"] = [*lessons, RIDDLE if name == "lesson" else FIVE_STEPS]
        for action in command.parser()._actions:
            yield name, action, [*(action.choices or known.get(action.dest, ()))]


def _bash() -> str:
    values = {}
    words: dict[str, list[str]] = {name: [] for name in COMMANDS}
    for command, action, known in _actions():
        words[command] += action.option_strings or known
        if action.option_strings and action.nargs is None:
            values["|".join(action.option_strings)] = known
    words[""] += NAMED
    of_command = {name or "*": known for name, known in words.items()}
    of_command["*"] = of_command.pop("*")  # last, so that it stands for all others
    return _BASH.format(values=_cases(values, 4), words=_cases(of_command, 8))


def _cases(known: Mapping[str, Iterable[str]], indent: int) -> str:
    lines = (f'{" " * indent}{name}) known="{" ".join(words)}" ;;' for name, words in known.items())
    return "\n".join(lines)


def _fish() -> str:
    first = "complete -c neuroviz -n __fish_use_subcommand"
    lines = [f"{first} -a {name} -d {_quoted(command.summary)}" for name, command in NAMED.items()]
    for command, action, known in _actions():
        if not (known or action.option_strings):
            continue
        seen = f"'__fish_seen_subcommand_from {command}'" if command else "__fish_use_subcommand"
        words = [f"complete -c neuroviz -n {seen}"]
        for option in action.option_strings:
            words.append(f"-{'l' if option.startswith('--') else 's'} {option.lstrip('-')}")
        if known:
            words.append(f"-a {_quoted(' '.join(known))}")
        if action.option_strings and action.nargs is None:
            words.append("-x" if known and action.dest != "data" else "-r")
        words.append(f"-d {_quoted((action.help or '').replace('%%', '%'))}")
        lines.append(" ".join(words))
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return a text in the quotes of fish."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
