"""Where a browser finds the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from dashboard.settings import Settings

ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 -- compared with, not listened on  # nosec B104


def address_of(settings: Settings) -> str:
    """The public name where one is set, else this machine, unless the desk does not go by its name."""
    names = [name for name in settings.allowed_hosts if "*" not in name]
    if names and settings.secure_cookies:
        return f"https://{names[0]}"
    host = reachable(settings.host)
    if names and not {host, "*"} & set(settings.allowed_hosts):
        host = names[0]
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def link_of(settings: Settings, token: str) -> str:
    return f"{address_of(settings)}/login/link?token={quote(token, safe='')}"


def invitation_of(settings: Settings, token: str) -> str:
    return f"{address_of(settings)}/invite?token={quote(token, safe='')}"


def reachable(host: str) -> str:
    return "127.0.0.1" if host in ANY_ADDRESS else host
