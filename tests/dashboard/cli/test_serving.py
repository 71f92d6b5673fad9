"""Starting: the database's shape, the demo newsroom, the process, the link."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard import wiring
from dashboard.cli.addresses import address_of, link_of
from dashboard.settings import Settings
from dashboard.wiring import Plant
from moderation.queue import QueueFilter
from moderation.roles import Role
from moderation.service import accounts, review
from tests.builders import OPERATOR, sign_in
from tests.dashboard.cli.conftest import Taliq

ROOT = Path(__file__).parents[3]


def test_the_demo_fills_an_empty_database_once(taliq: Taliq, plant: Plant) -> None:
    assert taliq("setup", "--demo").exit_code == 0
    (site,) = accounts.sites(plant.desk, OPERATOR)
    people = accounts.staff(plant.desk, OPERATOR)
    assert {one.role for one in people} == set(Role)
    moderator = sign_in(plant.desk, next(one.name for one in people if one.role is Role.MODERATOR))
    waiting = review.counts(plant.desk, moderator, site=site.name, where=QueueFilter()).waiting
    assert waiting > 10
    before = taliq("audit", "verify").stdout
    assert taliq("setup", "--demo").exit_code == 0
    assert taliq("audit", "verify").stdout == before


def test_a_used_database_gets_no_demo(taliq: Taliq, plant: Plant) -> None:
    taliq("site", "add", "ours")
    assert taliq("setup", "--demo").exit_code == 0
    assert [site.name for site in accounts.sites(plant.desk, OPERATOR)] == ["ours"]
    assert accounts.staff(plant.desk, OPERATOR) == []


def test_of_two_processes_one_loads_the_demo(taliq: Taliq, plant: Plant) -> None:
    taliq("migrate")
    with plant.alone("demo"):
        assert taliq("setup", "--demo").exit_code == 0
    assert accounts.sites(plant.desk, OPERATOR) == []


def test_migrate_says_what_it_did(taliq: Taliq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "already" in taliq("migrate").stdout
    empty = wiring.build(Settings(database_url=f"sqlite:///{tmp_path}/new/taliq.sqlite"))
    monkeypatch.setattr(wiring, "plant", lambda: empty)
    assert "already" not in taliq("migrate").stdout
    assert "already" in taliq("migrate").stdout
    empty.close()


@pytest.mark.parametrize("command", ["setup", "migrate"])
def test_a_database_of_a_later_version_is_told_in_a_sentence(taliq: Taliq, plant: Plant, command: str) -> None:
    with plant.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    refused = taliq(command)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "later version of Taliq" in refused.stderr


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "http://127.0.0.1:8501"),
        ({"port": 80, "host": "10.0.0.5"}, "http://10.0.0.5:80"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8501"),  # noqa: S104
        ({"host": "::1"}, "http://[::1]:8501"),
        # By the machine's own address every request would be refused.
        ({"allowed_hosts": ("desk.example.org",)}, "http://desk.example.org:8501"),
        ({"allowed_hosts": ("desk.example.org", "127.0.0.1")}, "http://127.0.0.1:8501"),
        ({"allowed_hosts": ("desk.example.org", "*")}, "http://127.0.0.1:8501"),
        ({"allowed_hosts": ("desk.example.org",), "secure_cookies": True}, "https://desk.example.org"),
        ({"allowed_hosts": ("*.org", "desk.example.org"), "secure_cookies": True}, "https://desk.example.org"),
        ({"allowed_hosts": ("*.org", "*"), "secure_cookies": True}, "http://127.0.0.1:8501"),
    ],
)
def test_the_address_that_a_browser_needs(changes: dict[str, object], address: str) -> None:
    settings = replace(Settings(), **changes)  # type: ignore[arg-type]
    assert address_of(settings) == address
    assert link_of(settings, "a-_b") == f"{address}/login/link?token=a-_b"


def test_a_model_that_is_not_there_is_told_before_anything_starts(
    taliq: Taliq, plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOST", "PORT"):
        monkeypatch.setenv(name, "")
    without = wiring.build(replace(plant.settings, model=tmp_path / "none"))
    monkeypatch.setattr(wiring, "plant", lambda: without)
    result = taliq("serve", "--port", free_port())
    without.close()
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"TALIQ_MODEL names {tmp_path / 'none'}. There is no model there" in result.stderr


def test_a_key_of_the_backups_that_is_none_is_told_before_anything_starts(
    taliq: Taliq, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOST", "PORT"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("TALIQ_BACKUP_RECIPIENTS", "age1notakey")
    result = taliq("serve", "--port", free_port())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "TALIQ_BACKUP_RECIPIENTS" in result.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_told_before_anything_starts(taliq: Taliq, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT"):
        # `serve` sets them for the process that it becomes; the test must not leave them behind.
        monkeypatch.setenv(name, "")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = taliq("serve", "--port", port)
    assert result.exit_code == 1
    assert str(port) in result.stderr
    assert "PORT=" in result.stderr


def test_an_address_of_another_machine_is_told_as_that(taliq: Taliq, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another port, which was advised, would not help."""
    for name in ("HOST", "PORT"):
        monkeypatch.setenv(name, "")
    # One of those that stand in documentation alone: RFC 5737.
    result = taliq("serve", "--host", "192.0.2.1", "--port", free_port())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "192.0.2.1" in result.stderr
    assert "PORT=" not in result.stderr


def run_by(var: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command as a process of its own, started in another folder than the project's."""
    return subprocess.Popen(
        [sys.executable, "-c", "from dashboard.cli.main import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TALIQ_VAR": str(var), "TALIQ_DATABASE_URL": "", "LC_ALL": "C", "PYTHONPATH": str(ROOT)},
        cwd=var,
    )


@contextmanager
def served(var: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The running server and what it said until it was ready."""
    with run_by(var, "serve", "--port", str(free_port()), *options) as server:
        assert server.stdout is not None
        said = []
        try:
            for line in server.stdout:
                said.append(line)
                if "Ctrl+C" in line:
                    break
            yield server, said
        finally:
            if server.poll() is None:
                server.kill()


def answer(url: str) -> int:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
    try:
        with opener.open(url, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_process_starts_prints_its_link_and_stops_quietly(tmp_path: Path) -> None:
    with served(tmp_path) as (_, said):
        assert any("taliq staff add" in line for line in said)
    with run_by(tmp_path, "staff", "add", "rania", "--role", "admin") as adding:
        adding.communicate(timeout=60)
    with served(tmp_path) as (server, said):
        (link,) = re.findall(r"http://\S+/login/link\?token=\S+", "".join(said))
        assert [answer(link), answer(link)] == [303, 401]
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=60)
        assert "Traceback" not in errors
        assert server.returncode in (0, 130, -signal.SIGINT)
    with served(tmp_path, "--no-link") as (_, said):
        assert "token" not in "".join(said)
