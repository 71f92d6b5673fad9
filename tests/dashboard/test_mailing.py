"""Heads by mail, against a server of our own: they arrive as they were signed, and no password goes unprotected."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dashboard import mailing
from dashboard.checkpointing import Rounds
from dashboard.mail_addresses import addresses, server_of
from dashboard.mailing import message_of, send
from dashboard.settings import SettingError, Settings, from_environment
from moderation.service import audit
from tests.builders import OPERATOR, Newsroom


@pytest.fixture
def backend() -> str:
    return "sqlite"


class Server(socketserver.ThreadingTCPServer):
    """As much of SMTP as a message needs; it offers no TLS unless its sockets speak it from the start."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.context = context
        self.heard: list[str] = []
        self.mail: list[bytes] = []
        self.refuse = False
        # What it answers for a mailbox, if it is not the usual.
        self.replies: dict[str, str] = {}

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: Server

    def setup(self) -> None:
        if self.server.context is not None:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            said = line.decode().strip()
            self.server.heard.append(said)
            word = said.partition(" ")[0].upper()
            if word == "DATA":
                self._say("354 go on")
                self._take()
            elif word == "QUIT":
                return self._say("221 bye")
            self._say(self._answer(said) if word == "RCPT" else "250 fine")

    def _answer(self, said: str) -> str:
        usual = "550 no" if self.server.refuse else "250 fine"
        return next((reply for box, reply in self.server.replies.items() if f"<{box}>" in said), usual)

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.server.mail.append(b"".join(lines))

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(context) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def read(mail: bytes) -> EmailMessage:
    return message_from_bytes(mail, policy=policy.default)  # type: ignore[return-value]


def rounds(newsroom: Newsroom, server: Server) -> Rounds:
    settings = Settings(
        checkpoint_mail=("auditor@example.org", "editor@example.org"),
        smtp_url=f"smtp+plain://{server.place}",
        mail_from="desk@example.org",
    )
    return Rounds(lambda: newsroom.desk, settings)


def test_a_head_arrives_as_it_was_signed(newsroom: Newsroom) -> None:
    newsroom.say("a reader's words")
    with serving() as server:
        rounds(newsroom, server).once()
    notes = {made.note for made in audit.made_since(newsroom.desk, OPERATOR, {})}
    found = [read(mail) for mail in server.mail]
    attached = [part for mail in found for part in mail.iter_attachments()]
    assert {part.get_payload(decode=True).decode() for part in attached} == notes
    assert all(re.fullmatch(r"taliq-[a-z-]+-\d+\.checkpoint\.txt", str(part.get_filename())) for part in attached)
    assert all(mail["To"] == "auditor@example.org, editor@example.org" for mail in found)
    assert all("رأس موقّع" in mail["Subject"] and "signed head" in mail["Subject"] for mail in found)
    assert server.heard.count("rcpt TO:<auditor@example.org>") == len(notes)
    assert not any(b"reader" in mail for mail in server.mail)


def test_one_a_day_for_each_log(newsroom: Newsroom) -> None:
    with serving() as server:
        every = rounds(newsroom, server)
        every.once()
        first = len(server.mail)
        newsroom.say()
        every.once()
        assert len(server.mail) == first
        newsroom.clock.advance(days=1)
        newsroom.say()
        every.once()
        assert len(server.mail) == first + 1


def test_what_was_refused_is_sent_again(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    newsroom.say()
    with serving() as server:
        every = rounds(newsroom, server)
        server.refuse = True
        every.once()
        assert server.mail == []
        assert "mail failed, tried again in the next round: SMTPRecipientsRefused" in caplog.text
        server.refuse = False
        every.once()
        assert len(server.mail) == 2


def test_a_mailbox_that_is_refused_keeps_the_others_from_nothing(newsroom: Newsroom) -> None:
    newsroom.say()
    with serving() as server:
        every = rounds(newsroom, server)
        server.replies = {"auditor@example.org": "550 no such user"}
        for _ in range(3):
            every.once()
        # One letter of each log, and the next day's as well.
        assert len(server.mail) == 2
        newsroom.clock.advance(days=1)
        newsroom.say()
        every.once()
        assert len(server.mail) == 3


@pytest.mark.parametrize(
    ("error", "final", "said", "kind"),
    [
        (SMTPRecipientsRefused({"a@b": (451, b"later")}), False, "451 later", "SMTPRecipientsRefused 451"),
        (SMTPRecipientsRefused({"a@b": (550, b"nobody")}), True, "550 nobody", "SMTPRecipientsRefused 550"),
        (SMTPDataError(552, "too large"), True, "552 too large", "SMTPDataError 552"),
        (ConnectionRefusedError(111, "Connection refused"), False, "Connection refused", "ConnectionRefusedError"),
        (SMTPServerDisconnected("gone"), False, "gone", "SMTPServerDisconnected"),
    ],
)
def test_what_a_server_said(error: OSError, final: bool, said: str, kind: str) -> None:
    assert (mailing.is_final(error), mailing.said(error), mailing.kind(error)) == (final, said, kind)


def test_a_server_that_speaks_no_tls_gets_no_password() -> None:
    with serving() as server, pytest.raises(OSError, match="STARTTLS"):
        send(server_of(f"smtp://desk:s3cret@{server.place}"), "a@b.org", ["c@d.org"], note())
    assert not [line for line in server.heard if line.upper().startswith(("AUTH", "MAIL"))]


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with serving(own_certificate(tmp_path)) as server, pytest.raises(ssl.SSLCertVerificationError):
        send(server_of(f"smtps://desk:s3cret@{server.place}"), "a@b.org", ["c@d.org"], note())
    assert server.heard == []


def note() -> EmailMessage:
    return message_of("Subject", "Body", "note", name="x.txt")


def own_certificate(folder: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587),
        ("smtps://desk:p%40ss@mail.example.org:4650", "mail.example.org", 4650),
        ("smtp+plain://localhost", "localhost", 25),
    ],
)
def test_a_servers_address(url: str, host: str, port: int) -> None:
    found = server_of(url)
    assert (found.host, found.port) == (host, port)
    assert "p@ss" not in repr(found)
    assert found.password in ("", "p@ss")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TALIQ_SMTP_URL", "http://mail.example.org"),
        ("TALIQ_SMTP_URL", "smtp+plain://desk:secret@localhost"),
        ("TALIQ_SMTP_URL", "smtp://"),
        ("TALIQ_MAIL_FROM", "a@b.org, c@d.org"),
        ("TALIQ_MAIL_FROM", "Somebody <a@b.org>"),
        ("TALIQ_CHECKPOINT_MAIL", "a@b.org\nBcc: c@d.org"),
        ("TALIQ_CHECKPOINT_MAIL", "nobody"),
    ],
)
def test_what_is_no_address_stops_the_start(variable: str, value: str) -> None:
    with pytest.raises(SettingError) as told:
        from_environment({variable: value})
    assert told.value.variable == variable
    assert "secret" not in str(told.value)


def test_addresses_by_commas() -> None:
    assert addresses(" a@b.org , c+d@e.org,") == ("a@b.org", "c+d@e.org")
