"""Who did something, by the name that colleagues know them by. The Audit page names accounts, as the log does."""

from __future__ import annotations

from dashboard.ui import state
from dashboard.ui.components.names import actor_name
from dashboard.ui.components.untrusted import plain_line


def colleague(actor: str, lang: str) -> str:
    """Plain text on one line: "Amal Sherif (moderator)"; of who is not known, the account."""
    actor = plain_line(actor)
    return actor_name(actor, lang, called=plain_line(state.display_names().get(actor.partition(":")[2], "")))
