"""What a log says of a failure: what to do about it, and no words that may be a reader's, a server's or a password."""

from __future__ import annotations

import errno
import smtplib
import socket
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from dashboard.backup.folder import whole
from dashboard.causes import cause_of, place_of
from dashboard.i18n import t
from moderation.errors import Conflict, Unavailable

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FULL, "No space left on device (OSError)"),
        (PermissionError(errno.EACCES, "Permission denied", "/mnt/a"), "/mnt/a: Permission denied (PermissionError)"),
        (FileNotFoundError(errno.ENOENT, "None", Path("/mnt/a")), "/mnt/a: None (FileNotFoundError)"),
        (URLError(ConnectionRefusedError(errno.ECONNREFUSED, "Refused")), "Refused (URLError)"),
        (URLError(socket.gaierror(-2, "Name or service not known")), "Name or service not known (URLError)"),
        (HTTPError("https://user:secret@host", 503, "their words", Message(), None), "HTTP 503 (HTTPError)"),
        (smtplib.SMTPAuthenticationError(535, b"their words"), "SMTPAuthenticationError 535"),
        (OSError("whatever it is"), "OSError"),
        (ValueError("a reader's words"), "ValueError"),
        (Unavailable(kind="Any", what="disk_full"), t("errors.unavailable.disk_full", "en") + " (Unavailable)"),
        (Unavailable(kind="pool"), t("errors.unavailable", "en") + " (Unavailable)"),
        (Conflict(what="anything", name="a reader's"), "conflict (Conflict)"),
    ],
)
def test_what_is_said_of_it(error: Exception, said: str) -> None:
    assert cause_of(error) == said


def test_the_place_is_a_line_of_ours_and_not_of_a_library() -> None:
    with pytest.raises(FileNotFoundError) as raised, whole(Path("/proc/nowhere/a.age")):
        pass
    assert "/dashboard/backup/folder.py:" in place_of(raised.value)
