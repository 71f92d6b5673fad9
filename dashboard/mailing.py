"""Messages to fixed addresses by the newsroom's own mail server, with the standard library."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from dashboard.mail_addresses import MailServer

_PATIENCE = 20


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


def is_final(error: OSError) -> bool:
    """Whether the server will say the same later on: a code of 500 and more (RFC 5321, 4.2.1)."""
    codes = [code for code, _ in _replies(error)]
    return bool(codes) and min(codes) >= 500


def kind(error: OSError) -> str:
    """Without a word of the server's: for the log."""
    return " ".join([type(error).__name__, *(str(code) for code, _ in _replies(error))])


def said(error: OSError) -> str:
    """What the server answered, else what kept us from it; for who runs the desk and asked for it."""
    replies = [f"{code} {text.decode(errors='replace')}" for code, text in _replies(error)]
    return "; ".join(replies) or error.strerror or str(error) or type(error).__name__


def _replies(error: OSError) -> list[tuple[int, bytes]]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return list(error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return [(error.smtp_code, text if isinstance(text, bytes) else text.encode())]
    return []


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
