"""The one place where an error becomes a sentence on standard error and an exit code."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import click

from dashboard.cli.words import knows, printable, say
from dashboard.settings import SettingError
from moderation.errors import Conflict, Invalid, ModerationError, NotFound, Unavailable

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130

# The sentence for what the database's adapter made of a failure, and for what the drivers say where it made nothing of
# it, or only that nobody answers.
_TROUBLES = {
    "disk_full": "full",
    "disk": "disk",
    "read_only": "read_only",
    "busy": "locked",
    "connections": "connections",
    "broken_off": "broken_off",
    "damaged": "not_a_database",
}
_DATABASE = (
    ("permission denied", "read_only"),
    ("unable to open", "no_file"),
    ("no space left", "full"),
    ("no such table", "not_migrated"),
    ("does not exist", "not_migrated"),
)
# What libpq and OpenSSL say where no safe connection to PostgreSQL comes about.
_UNSAFE = ("certificate", "private key file", "does not support ssl", "sslmode", "unknown ca")
# What PostgreSQL says to whom it does not let in: of these, the account or the database is what does not exist.
_REFUSALS = (
    "authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "pg_hba.conf rejects",
    "not permitted to log in",
    "permission denied for database",
    "does not exist",
)


class Trouble(click.ClickException):
    """An expected failure, told in a sentence."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    def show(self, file: object = None) -> None:
        click.echo(say("cli.error", message=self.message), err=True)


@contextmanager
def told() -> Iterator[None]:
    """Expected errors leave as `Trouble`; anything else is a bug and keeps its traceback."""
    try:
        yield
    except ModerationError as error:
        code = WRONG_INPUT if isinstance(error, Invalid | NotFound | Conflict) else FAILED
        raise Trouble(sentence(error), code) from error
    except SettingError as error:
        said = say("cli.error.setting", variable=error.variable, expected=error.expected)
        raise Trouble(said, WRONG_INPUT) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Trouble(_of_file(error), WRONG_INPUT if _is_a_wrong_path(error) else FAILED) from error


def sentence(error: ModerationError) -> str:
    if isinstance(error, Unavailable):
        return _of_what_is_unavailable(error)
    if isinstance(error, Invalid):
        return _of_value(error)
    what = str(error.fields.get("what", error.fields.get("permission", "")))
    for key in (f"cli.error.{error.code}.{what}", f"errors.{error.code}.{what}", f"errors.{error.code}"):
        if knows(key):
            return say(key, name="", by="", status="") if key.startswith("errors.") else say(key, **error.fields)
    return error.code


def _of_value(error: Invalid) -> str:
    """`cli.invalid.…` speaks of files and names the field itself; the others' sentences get it in front."""
    for key in (f"cli.invalid.{error.reason}.{error.field}", f"cli.invalid.{error.reason}"):
        if knows(key):
            return say(key, **error.fields)
    known = f"errors.invalid.{error.reason}"
    said = say(known) if knows(known) else error.reason
    bounds = {name: error.fields[name] for name in ("low", "high") if name in error.fields}
    if bounds:
        said = say("errors.range" if len(bounds) == 2 else "errors.limit", sentence=said, **bounds)
    return say("errors.of_field", field=error.field, sentence=said)


def _of_what_is_unavailable(error: Unavailable) -> str:
    """What a driver said is told only where it is the database that failed."""
    own = f"cli.error.unavailable.{error.fields.get('kind')}"
    cause = error.__cause__
    if isinstance(cause, OSError) and knows(f"{own}.file"):
        return say(f"{own}.file", reason=cause.strerror or str(cause), **error.fields)
    return say(own, **error.fields) if knows(own) else _of_database(error)


def _of_database(error: Unavailable) -> str:
    driver = str(getattr(error.__cause__, "orig", None) or error.__cause__ or error.fields.get("kind", ""))
    what = str(error.fields.get("what"))
    if what in _TROUBLES:
        return say(f"cli.error.database.{_TROUBLES[what]}", driver=_first_line(driver))
    if what == "gone":
        for signs, name in ((_UNSAFE, "unsafe"), (_REFUSALS, "refused")):
            if any(sign in driver.lower() for sign in signs):
                return say(f"cli.error.database.{name}", driver=_first_line(driver))
    for sign, name in _DATABASE:
        if sign in driver.lower():
            return say(f"cli.error.database.{name}", driver=_first_line(driver))
    return say("cli.error.database", driver=_first_line(driver))


def _first_line(text: str) -> str:
    return printable(text.strip().splitlines()[0] if text.strip() else "?")[:300]


def _is_a_wrong_path(error: OSError) -> bool:
    return error.errno in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR)


def _of_file(error: OSError) -> str:
    name = errno.errorcode.get(error.errno or 0, "")
    path = str(error.filename or "")
    key = f"cli.error.file.{name.lower()}"
    return say(key, path=path) if knows(key) else say("cli.error.file", path=path, reason=error.strerror or str(error))
