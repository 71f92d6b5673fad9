"""The `taliq` command. Each command's module is imported when it is called, so that `taliq --help` answers at once."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from dashboard.cli import clicked
from dashboard.cli.troubles import FAILED, INTERRUPTED, told
from dashboard.cli.words import say

clicked.translate()

# In the order in which a new user needs them.
_COMMANDS = {
    "serve": "dashboard.cli.serving:serve",
    "setup": "dashboard.cli.serving:setup",
    "migrate": "dashboard.cli.serving:migrate",
    "import": "dashboard.cli.importing:import_",
    "site": "dashboard.cli.sites:site",
    "staff": "dashboard.cli.staff:staff",
    "key": "dashboard.cli.keys:key",
    "policy": "dashboard.cli.sites:policy",
    "audit": "dashboard.cli.audit:audit",
    "dsa": "dashboard.cli.dsa:dsa",
    "commenter": "dashboard.cli.commenters:commenter",
    "parquet": "dashboard.cli.querying:parquet",
    "query": "dashboard.cli.querying:query",
    "retention": "dashboard.cli.retention:retention",
    "report": "dashboard.cli.reporting:report",
    "train": "dashboard.cli.training:train",
    "score": "dashboard.cli.classifier:score",
    "evaluate": "dashboard.cli.evaluating:evaluate",
    "model": "dashboard.cli.models:model",
    "rescore": "dashboard.cli.rescoring:rescore",
    "backup": "dashboard.cli.backup:backup",
    "restore": "dashboard.cli.backup:restore",
    "rollup": "dashboard.cli.rolling:rollup",
}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("cli.commands")):
            formatter.write_dl([(name, say(f"cli.help.{name}")) for name in _COMMANDS])

    def make_context(self, *given: Any, **more: Any) -> click.Context:
        # Help and the version are written here already.
        with told():
            return super().make_context(*given, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with told():
            return super().invoke(ctx)


@click.command(
    cls=Commands,
    help=say("cli.help"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="taliq", prog_name="taliq")
def taliq() -> None:
    pass


def main() -> None:
    try:
        # Without the standalone mode a command's exit code comes back as the result.
        sys.exit(taliq.main(standalone_mode=False))
    except click.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output went away; nothing more can be said to them, not even by the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    finally:
        # What is left ends with the process; to look for cycles among it first took a tenth of a second.
        gc.freeze()
