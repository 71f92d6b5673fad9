"""Signed heads leave the machine: made while the log grows, written to a folder, posted to an address."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Callable
from datetime import date
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import IO, Protocol

from dashboard.causes import cause_of
from dashboard.i18n import LANGUAGES, t
from dashboard.mail_addresses import MailServer, server_of
from dashboard.mailing import message_of, send
from dashboard.schedule import Every, Job
from dashboard.settings import Settings
from moderation.checkpoint import Stored, stated
from moderation.errors import ModerationError
from moderation.roles import Operator
from moderation.service import audit
from moderation.service.desk import Desk

_SIGNER = Operator(name="checkpoints")
_PATIENCE = 10
_LOG = logging.getLogger(__name__)


class Target(Protocol):
    name: str

    def start(self, heads: list[Stored]) -> dict[int, int]:
        """Of those that are there when the process starts, the sizes by log up to which none need be sent."""
        ...

    def send(self, made: Stored) -> None:
        """OSError or ValueError if it did not arrive."""
        ...


class Folder:
    """A file for each head, named by log and size; what is there already stays as it is."""

    name = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path

    def start(self, heads: list[Stored]) -> dict[int, int]:
        return {}

    def send(self, made: Stored) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        name = _file_name(made)
        if (self._path / name).exists():
            return
        part = self._path / f".{name}.part"
        part.write_text(made.note, encoding="utf-8", newline="\n")
        part.replace(self._path / name)


class Address:
    """Gets the note as the body of a POST. After a start the newest of each log is sent again."""

    name = "address"

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(_Unfollowed)

    def start(self, heads: list[Stored]) -> dict[int, int]:
        return {made.log_id: made.size - 1 for made in heads}

    def send(self, made: Stored) -> None:
        # The setting takes http and https only.
        request = urllib.request.Request(  # noqa: S310
            self._url,
            data=made.note.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
            method="POST",
        )
        with self._opener.open(request, timeout=_PATIENCE):
            pass


class Mail:
    """A head of each log once a day, attached: it fixes all that came before it, and nobody reads a mail an hour.

    After a start the newest of each log is sent again.
    """

    name = "mail"

    def __init__(self, server: MailServer, sender: str, to: tuple[str, ...]) -> None:
        self._server, self._sender, self._to = server, sender, to
        self._days: dict[int, date] = {}

    def start(self, heads: list[Stored]) -> dict[int, int]:
        return {made.log_id: made.size - 1 for made in heads}

    def send(self, made: Stored) -> None:
        day = made.made_at.date()
        if self._days.get(made.log_id) == day:
            return
        given = {"origin": stated(made.note).origin, "size": made.size}
        subject = " · ".join(t("audit.mail.subject", lang, **given) for lang in LANGUAGES)
        body = "\n\n".join(t("audit.mail.body", lang, **given) for lang in LANGUAGES)
        try:
            send(self._server, self._sender, self._to, message_of(subject, body, made.note, name=_file_name(made)))
        except SMTPRecipientsRefused as error:
            # A mailbox that is refused for ever must not have the others written to again and again.
            if len(error.recipients) < len(self._to):
                self._days[made.log_id] = day
            raise
        self._days[made.log_id] = day


def _file_name(made: Stored) -> str:
    return f"{stated(made.note).origin.replace('/', '-')}-{made.size}.checkpoint.txt"


class _Unfollowed(urllib.request.HTTPRedirectHandler):
    """A POST that is sent elsewhere would arrive there as a GET, without the note: it has failed."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


class Rounds:
    """Each signs the logs that grew, and sends on what was signed since the last, whoever asked for it."""

    def __init__(self, desk: Callable[[], Desk], settings: Settings) -> None:
        self._desk = desk
        self._targets: list[Target] = []
        if settings.checkpoint_folder is not None:
            self._targets.append(Folder(settings.checkpoint_folder))
        if settings.checkpoint_url:
            self._targets.append(Address(settings.checkpoint_url))
        if settings.checkpoint_mail and settings.smtp_url and settings.mail_from:
            self._targets.append(Mail(server_of(settings.smtp_url), settings.mail_from, settings.checkpoint_mail))
        self._sent: dict[str, dict[int, int]] = {}

    def once(self) -> None:
        self._tried("signing", self._sign)
        for target in self._targets:
            self._tried(target.name, lambda target=target: self._deliver(target))

    def _tried(self, what: str, act: Callable[[], None]) -> None:
        """The desk goes on whatever happens here; the log has the cause, and the next round tries again."""
        try:
            act()
        except (OSError, ValueError, HTTPException, ModerationError) as error:
            _LOG.warning("Signed heads: %s failed, tried again in the next round: %s", what, cause_of(error))

    def _sign(self) -> None:
        for origin in audit.checkpoint_all(self._desk(), _SIGNER).forked:
            _LOG.error("Signed heads: %s does not extend its last signed head and was not signed; verify it", origin)

    def _deliver(self, target: Target) -> None:
        if target.name not in self._sent:
            self._sent[target.name] = target.start(audit.made_since(self._desk(), _SIGNER, {}))
        sent = self._sent[target.name]
        for made in audit.made_since(self._desk(), _SIGNER, sent):
            target.send(made)
            sent[made.log_id] = made.size


def job(desk: Desk, settings: Settings) -> Job | None:
    if settings.checkpoint_minutes == 0:
        return None
    rounds = Rounds(lambda: desk, settings)
    return Job(name="checkpoints", cadence=Every(minutes=settings.checkpoint_minutes), run=lambda _: rounds.once())
