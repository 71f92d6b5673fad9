"""The command as a whole: help without waiting, sentences instead of tracebacks, two languages."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError

from dashboard.cli import keys, main, staff, words
from dashboard.cli.main import taliq
from dashboard.cli.troubles import Trouble, sentence, told
from dashboard.cli.words import printable
from dashboard.i18n import catalog
from dashboard.settings import SettingError
from dashboard.wiring import Plant
from moderation import errors
from moderation.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, Unavailable
from moderation.roles import SCOPES, Role


def commands(group: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(group, click.Group):
        return [path]
    context = click.Context(group)
    found = [path]
    for name in group.list_commands(context):
        found += commands(group.get_command(context, name), (*path, name))
    return found


@pytest.mark.parametrize("path", commands(taliq), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(taliq, [*path, "--help"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Usage:")


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['taliq', '--help']\n"
        "from dashboard.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "heavy = {'streamlit', 'pandas', 'numpy', 'numba', 'sklearn', 'sqlalchemy', 'alembic', 'rich', 'altair'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_database_that_is_current_is_opened_by_its_own_driver_alone(plant: Plant) -> None:
    script = (
        "import sys\n"
        "from dashboard.cli import opened\n"
        "opened.plant().close()\n"
        "print(sorted({'alembic', 'mako', 'pygments', 'streamlit', 'numpy', 'psycopg'} & set(sys.modules)))"
    )
    url = plant.engine.url.render_as_string(hide_password=False)
    environment = os.environ | {"TALIQ_DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str([] if url.startswith("sqlite") else ["psycopg"])


def test_each_command_is_where_the_table_says() -> None:
    for place in main._COMMANDS.values():
        module, _, name = place.partition(":")
        assert isinstance(getattr(import_module(module), name), click.Command)


def test_the_roles_offered_are_those_that_there_are() -> None:
    assert set(staff.ROLES) == {role.value for role in Role}
    assert set(keys.SCOPES) == {scope.value for scope in SCOPES}


def test_an_arabic_terminal_is_answered_in_arabic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ar_EG.UTF-8")
    words.language.cache_clear()
    assert sentence(NotFound(what="site", name="x")) == catalog("ar")["cli.error.not_found.site"].format(name="x")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "ar_EG.UTF-8"}, "ar"),
        ({"LC_ALL": "C", "LANG": "ar_EG.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ar", "LANG": "en_GB"}, "ar"),
        ({"LANG": "fr_FR"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    words.language.cache_clear()
    assert words.language() == language


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_error_has_a_sentence(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    words.language.cache_clear()
    codes = [one.code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    for code in set(codes) - {"invalid"}:
        made = errors.ModerationError()
        made.code = code
        assert sentence(made) not in ("", code), code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Invalid(field="name", reason="bad_characters"), 2),
        (NotFound(what="site", name="x"), 2),
        (Conflict(what="staff"), 2),
        (SettingError("PORT", "a port"), 2),
        (FileNotFoundError(2, "No such file", "x"), 2),
        (IsADirectoryError(21, "Is a directory", "x"), 2),
        (Forbidden(permission="x"), 1),
        (RateLimited(retry_after=3), 1),
        (Unavailable(kind="x"), 1),
        (PermissionError(13, "Permission denied", "x"), 1),
        (OSError(28, "No space left on device", "x"), 1),
        (OSError(5, "Input/output error", "x"), 1),
    ],
)
def test_expected_errors_are_told_with_an_exit_code(error: Exception, code: int) -> None:
    with pytest.raises(Trouble) as trouble, told():
        raise error
    assert trouble.value.exit_code == code
    assert len(trouble.value.message) > 5


def test_an_unexpected_error_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), told():
        print(1 / 0)  # noqa: T201


@pytest.mark.parametrize(
    ("what", "driver", "told_of"),
    [
        ("busy", "database is locked", "Another program"),
        ("read_only", "attempt to write a readonly database", "cannot be written"),
        ("gone", "unable to open database file", "TALIQ_VAR"),
        ("disk_full", "database or disk is full", "disk is full"),
        ("disk", "disk I/O error", "quota"),
        ("damaged", "file is not a database", "taliq restore"),
        ("connections", "FATAL:  sorry, too many clients already", "max_connections"),
        ("gone", "FATAL:  could not write init file: No space left on device", "disk is full"),
        ("broken_off", "canceling statement due to statement timeout", "statement_timeout"),
        (None, "no such table: sites", "taliq migrate"),
        (None, 'relation "sites" does not exist\nLINE 1: SELECT', "taliq migrate"),
        ("gone", "connection refused", "TALIQ_DATABASE_URL"),
    ],
)
def test_the_databases_troubles_say_what_to_do(what: str | None, driver: str, told_of: str) -> None:
    error = Unavailable(kind="OperationalError", what=what) if what else Unavailable(kind="OperationalError")
    error.__cause__ = OperationalError("SELECT secret", {}, Exception(driver))
    said = sentence(error)
    assert told_of in said
    assert "LINE 1" not in said
    assert "secret" not in said


@pytest.mark.parametrize(
    "driver",
    [
        'FATAL:  password authentication failed for user "taliq"',
        "fe_sendauth: no password supplied",
        'FATAL:  no pg_hba.conf entry for host "10.0.0.1"',
        'FATAL:  role "taliq" does not exist',
        'FATAL:  database "taliq" does not exist',
        'FATAL:  permission denied for database "taliq"',
        'FATAL:  pg_hba.conf rejects connection for host "10.0.0.1"',
    ],
)
def test_a_server_that_lets_nobody_in_is_no_database_to_migrate(driver: str) -> None:
    error = Unavailable(kind="OperationalError", what="gone")
    error.__cause__ = OperationalError("", {}, Exception(f"connection failed: {driver}"))
    said = sentence(error)
    assert "lets nobody in" in said
    assert driver in said
    assert "migrate" not in said


@pytest.mark.parametrize(
    "driver",
    [
        'root certificate file "/etc/ssl/newsroom.crt" does not exist',
        "SSL error: certificate verify failed",
        "SSL error: tlsv1 alert unknown ca",
        "SSL error: tlsv13 alert certificate required",
        'server certificate for "db.internal" does not match host name "10.0.0.1"',
        'private key file "client.key" has group or world access',
        "server does not support SSL, but SSL was required",
        'invalid sslmode value: "maybe"',
    ],
)
def test_a_connection_that_is_not_safe_is_no_wrong_account(driver: str) -> None:
    error = Unavailable(kind="OperationalError", what="gone")
    error.__cause__ = OperationalError("", {}, Exception(f"connection failed: {driver}"))
    said = sentence(error)
    assert "sslrootcert" in said
    assert driver in said
    assert "password" not in said


def test_a_terminal_obeys_no_text() -> None:
    assert printable("a\x1b[31m\u202eb\x07\n") == "a\\x1b[31m\\u202eb\\x07\\n"
    assert printable("تعليق — 5٪") == "تعليق — 5٪"


def test_the_databases_address_is_checked_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of the last four SQLite would keep nothing once the command has ended.
    in_memory = ("sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///?x=1")
    for url in ("mysql://x", "nonsense", "sqlite:/x", *in_memory):
        monkeypatch.setenv("TALIQ_DATABASE_URL", url)
        result = CliRunner().invoke(taliq, ["site", "list"])
        assert result.exit_code == 2
        assert "TALIQ_DATABASE_URL" in result.output


def test_no_command_prints_past_the_catalogs() -> None:
    """What `click.echo` is given is said by the catalogs or is a value of the desk's."""
    for name in ("audit", "importing", "keys", "serving", "sites", "staff", "demo"):
        module = import_module(f"dashboard.cli.{name}")
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "echo":
                assert not isinstance(call.args[0], ast.Constant), (name, call.lineno)
