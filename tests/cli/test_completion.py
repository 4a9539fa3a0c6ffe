"""What Tab offers, asked of the shells that are here."""

import re
import shlex
import shutil
import subprocess

import pytest

from neuroviz.cli.command import COMMANDS
from neuroviz.core.choices.tasks import TASKS

ASKED = {
    "": {*COMMANDS} - {""},
    "tr": {"train"},
    "train": {"train"},
    "train --ta": {"--task", "--target"},
    "train --task ": set(TASKS),
    "train --task li": {"line"},
    "train --task=li": {"line"},
    "train --task=": set(TASKS),
    "train --break naive": {"naive_bce"},
    "sweep --momentum-m": {"--momentum-min", "--momentum-max"},
    "report --paper L": {"Letter"},
    "animate --theme ": {"dark", "light"},
    "animate --race mo": {"momentum"},
    "lesson two-v": {"two-valleys"},
    "lesson ri": {"riddle"},
    "worksheet five": {"five-steps"},
    "help curv": {"curvature"},
    "--hidden-activation ta": {"tanh"},
}


def lines(shell, words):
    """Give the program that asks a shell what it offers behind some words."""
    if shell == "fish":
        return f"complete -C {shlex.quote(f'neuroviz {words}')}"
    typed = ["neuroviz", *words.split(" ")]
    if shell == "bash":  # which makes a word of "=", too
        typed = re.findall(r"=|[^ =]+|(?<= )$|^$", f"neuroviz {words}")
    start = "setopt ksharrays\n" if shell == "zsh" else ""
    return (
        f"{start}COMP_WORDS=({shlex.join(typed)}); COMP_CWORD={len(typed) - 1}; COMPREPLY=()\n"
        '_neuroviz; printf "%s\\n" "${COMPREPLY[@]}"'
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_what_tab_offers(shell, neuroviz, tmp_path):
    """The commands, the options of a command, and the names that an option can have."""
    script = neuroviz("completion", shell).out
    if not shutil.which(shell):
        assert all(name in script for name in (*COMMANDS, *TASKS, "momentum-points"))
        return
    start = "autoload -U compinit && compinit -D -u\n" if shell == "zsh" else ""
    asked = "".join(f"{lines(shell, words)}\necho END\n" for words in ASKED)
    file = tmp_path / "asked"
    nothing = tmp_path / "empty"
    nothing.mkdir()  # fish offers files, too
    file.write_text(f"{start}{script}\n{asked}", encoding="utf-8")
    line = [shell, file]
    done = subprocess.run(
        line, cwd=nothing, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    offered = done.stdout.split("END\n")
    for (words, expected), said in zip(ASKED.items(), offered, strict=False):
        found = {line.split("\t")[0] for line in said.splitlines()}
        if not words:  # bash and zsh offer options, too
            found = {name for name in found if name[:1] != "-"}
        last = words.split(" ")[-1]
        option, is_one_word, value = last.rpartition("=")
        if shell == "bash":
            option, is_one_word, last = "", "", value
        # And fish offers what is spelled alike.
        found = {name for name in found if name.startswith(last)}
        assert found == {f"{option}{is_one_word}{name}" for name in expected}, words


def test_a_shell_that_is_missing_is_asked_for_by_its_names(neuroviz):
    """Who forgets it need not look them up."""
    said = neuroviz("completion")
    assert said.code == 2
    for shell in ("bash", "zsh", "fish"):
        assert shell in said.err
