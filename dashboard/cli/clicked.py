"""What Click itself says, of usage and of wrong arguments, in the command's language."""

from __future__ import annotations

from functools import cache

from click import Context, Group, HelpFormatter, core, decorators, exceptions, formatting, parser, termui, types

from dashboard.cli.words import language, say
from dashboard.i18n import catalog

# Each takes its sentences by these names, from gettext, which would go by compiled files of its own.
_MODULES = (core, decorators, exceptions, formatting, parser, termui, types)
_ANY_LENGTH = 1_000_000


class Commands(Group):
    """Lists its commands by their whole first sentences; Click cuts them where the line ends."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        with formatter.section(say("cli.commands")):
            formatter.write_dl(
                [(name, self.commands[name].get_short_help_str(_ANY_LENGTH)) for name in self.list_commands(ctx)]
            )


def translate() -> None:
    """To be called before a command is declared. English is what Click speaks by itself."""
    if language() == "en":
        return
    for module in _MODULES:
        module._ = _said  # type: ignore[attr-defined]
        if hasattr(module, "ngettext"):
            module.ngettext = _counted


def _said(sentence: str) -> str:
    """One that the catalogs lack stays as it is."""
    return _translations().get(sentence, sentence)


def _counted(one: str, many: str, n: int) -> str:
    return _said(one if n == 1 else many)


@cache
def _translations() -> dict[str, str]:
    own = catalog(language())
    return {str(entry): str(own[key]) for key, entry in catalog("en").items() if key.startswith("click.")}
