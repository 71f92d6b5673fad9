"""How the newsroom's mail server and addresses are written in settings, without what it takes to send anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """`smtp` asks for TLS after the greeting, `smtps` begins with it, `smtp+plain` goes without, on this machine."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        # Without what opens it: this lands in tracebacks.
        return f"MailServer({self.scheme}://{self.host}:{self.port})"


def server_of(url: str) -> MailServer:
    """`smtp://USER:PASSWORD@HOST:PORT`; ValueError where it is none, or where a password would go unprotected."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("not a mail server's address")
    if parts.query or parts.fragment:
        # Of a password that is not quoted: what stands before it would be taken for the server.
        raise ValueError("not a mail server's address")
    if parts.scheme == "smtp+plain" and parts.username:
        raise ValueError("a password needs TLS")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user.isascii() and password.isascii()):
        raise ValueError("smtplib sends no other letters")
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=user,
        password=password,
    )


def addresses(text: str) -> tuple[str, ...]:
    """Bare addresses by commas; ValueError where one is none, so that no name or line end comes into a header."""
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    if not all(map(_ADDRESS.fullmatch, found)):
        raise ValueError("not a mail address")
    return found
