"""What a log says of a failure: enough to act on, and nothing in which a reader's words or a password could be."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from urllib.error import HTTPError

from dashboard.i18n import t
from dashboard.mailing import kind
from moderation.errors import ModerationError, Unavailable

_OURS = Path(__file__).parent


def cause_of(error: Exception) -> str:
    """The error's kind, behind what the system says of a file or connection, or our sentence of a database or key.

    Whatever else was raised may quote anything.
    """
    if isinstance(error, OSError):
        words, name = _of_system(error), kind(error)
    else:
        words, name = _of_ours(error), type(error).__name__
    return f"{words} ({name})" if words else name


def place_of(error: Exception) -> str:
    """The last line of the dashboard's own that was at work: behind it are libraries through which everything goes."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_OURS)]
    last = (ours or frames)[-1]
    return f"{last.filename}:{last.lineno}"


def _of_system(error: OSError) -> str:
    if isinstance(error, HTTPError):
        return f"HTTP {error.code}"
    # urllib wraps what kept it from an address.
    inner = getattr(error, "reason", None)
    if isinstance(inner, OSError):
        return _of_system(inner)
    if error.errno is None or not error.strerror:
        return ""
    named = isinstance(error.filename, str | os.PathLike)
    return f"{os.fspath(error.filename)}: {error.strerror}" if named else error.strerror


def _of_ours(error: Exception) -> str:
    if isinstance(error, Unavailable):
        what = error.fields.get("what")
        return t(f"errors.unavailable.{what}" if what else "errors.unavailable", "en")
    return error.code if isinstance(error, ModerationError) else ""
