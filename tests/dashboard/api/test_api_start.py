"""The three ways to start the one process, each from another folder: the same application, settings and silence."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from dashboard.api.app import without_query

ROOT = Path(__file__).parents[3]
STARTS = {
    "python": [sys.executable, str(ROOT / "streamlit_app.py")],
    "streamlit": [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")],
    "uvicorn": [sys.executable, "-m", "uvicorn", "--app-dir", str(ROOT), "streamlit_app:app"],
}
SECRET = "token-7f3a"


class Unfollowed(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(port, path, accept="*/*"):
    try:
        asked = Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
        return build_opener(Unfollowed).open(asked, timeout=60)
    except HTTPError as answer:
        return answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    own = {"TALIQ_VAR": str(tmp_path / "var"), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    own["TALIQ_REPORT_TO"] = "editors@example.org"
    return {**os.environ, **own}


@pytest.fixture
def started(request, tmp_path, environment):
    port = free_port()
    ports = {
        "streamlit": ["--server.port", str(port), "--server.address", "127.0.0.1"],
        "uvicorn": ["--port", str(port)],
    }
    command = STARTS[request.param] + ports.get(request.param, [])
    environment |= {"PORT": str(port), "HOST": "127.0.0.1"}
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(port, process, log)
        yield port, process, log
    finally:
        process.kill()
        process.wait()


def wait_for(port, process, log):
    while True:
        assert process.poll() is None, log.read_text()
        try:
            if ask(port, "/readyz").status == 200:
                return
        except OSError:
            time.sleep(0.1)


@pytest.mark.parametrize("started", STARTS, indirect=True)
def test_each_start_serves_the_same_desk_and_stops_when_told(started):
    port, process, log = started
    assert ask(port, "/", accept="text/html").headers["location"] == "/login"
    assert ask(port, "/_stcore/health").status == 401
    assert b"<form" in ask(port, "/login", accept="text/html").read()
    assert ask(port, f"/login/link?token={SECRET}").status == 401
    assert ask(port, f"/api/v1/comments/{SECRET}?key={SECRET}").status == 401
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) in (0, -signal.SIGTERM)
    assert f"token={SECRET}" not in log.read_text()
    assert f"key={SECRET}" not in log.read_text()
    assert "Traceback" not in log.read_text()
    assert "TALIQ_REPORT_TO has no effect without TALIQ_SMTP_URL" in log.read_text()


def test_streamlits_settings_are_found_from_any_folder(tmp_path, environment):
    script = """
import streamlit_app
from streamlit import config
for name in {names}:
    print(name, config.get_option(name))
"""
    names = ["client.showErrorDetails", "browser.gatherUsageStats", "runner.postScriptGC", "runner.magicEnabled"]
    script = script.format(names=[*names, "server.enableXsrfProtection"])
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "client.showErrorDetails none",
        "browser.gatherUsageStats False",
        "runner.postScriptGC False",
        "runner.magicEnabled False",
        "server.enableXsrfProtection False",
    ]


@pytest.mark.parametrize(
    ("args", "path"),
    [
        (("127.0.0.1:1", "GET", "/login/link?token=x", "1.1", 200), "/login/link"),
        (("127.0.0.1:1", "GET", "/healthz", "1.1", 200), "/healthz"),
    ],
)
def test_an_access_log_shows_paths_only(args, path):
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', args, None)
    assert without_query(record)
    assert record.getMessage() == f'127.0.0.1:1 - "GET {path} HTTP/1.1" 200'
