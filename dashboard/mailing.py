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
