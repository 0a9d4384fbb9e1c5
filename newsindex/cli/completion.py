"""``newsindex completion``: print what makes a shell complete commands, options, sources, names."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from newsindex.cli.completing import VARIABLE

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the script that completes newsindex in SHELL: its commands, its options, and after
    --source, --person, --org and --place what the index holds.

    \b
    newsindex completion bash >> ~/.bashrc
    newsindex completion zsh >> ~/.zshrc
    newsindex completion fish > ~/.config/fish/completions/newsindex.fish
    """
    completer = _SHELLS[shell](context.find_root().command, {}, "newsindex", VARIABLE)
    # Not its own source(): that of bash starts one to see its version.
    click.echo(ShellComplete.source(completer))
    return 0
