"""Messages to fixed addresses by the newsroom's own mail server, with the standard library."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

_PATIENCE = 20
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
    if parts.scheme == "smtp+plain" and parts.username:
        raise ValueError("a password needs TLS")
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def addresses(text: str) -> tuple[str, ...]:
    """Bare addresses by commas; ValueError where one is none, so that no name or line end comes into a header."""
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    if not all(map(_ADDRESS.fullmatch, found)):
        raise ValueError("not a mail address")
    return found


def message_of(subject: str, body: str, attached: str, *, name: str, subtype: str = "plain") -> EmailMessage:
    """The attachment arrives byte for byte, as it may be signed."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message.set_content(body)
    message.add_attachment(
        attached.encode(), maintype="text", subtype=subtype, filename=name, params={"charset": "utf-8"}
    )
    return message


def send(server: MailServer, sender: str, to: Sequence[str], message: EmailMessage) -> None:
    """OSError (smtplib's errors are) where it did not arrive at the server, or not for everybody."""
    message["From"], message["To"] = sender, ", ".join(to)
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.partition("@")[2])
    with _connected(server) as connection:
        if server.user:
            connection.login(server.user, server.password)
        refused = connection.send_message(message, from_addr=sender, to_addrs=list(to))
    if refused:
        raise smtplib.SMTPRecipientsRefused(refused)


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
    if server.scheme == "smtp":
        try:
            # Nothing is sent without TLS: a server that does not offer it may be somebody in between.
            connection.starttls(context=ssl.create_default_context())
        except Exception:
            connection.close()
            raise
    return connection
