"""CI asks a feed of advisories: a finding fails it, a feed that does not answer is told apart from a clean bill."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ASK = Path(__file__).parents[2] / ".ci" / "advisories.py"
LOCKED = "".join(f"{name}==1.0 --hash=sha256:{'0' * 64}\n" for name in ("sound", "holed"))
HOLE = {
    "id": "TEST-2026-1",
    "summary": "A hole.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "holed"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}],
        }
    ],
}


class Feed(BaseHTTPRequestHandler):
    """Speaks OSV's protocol; knows of one hole."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = self.path == "/holed" and asked["package"]["name"] == "holed"
        answer = json.dumps({"vulns": [HOLE]} if known else {}).encode()
        self.send_response(503 if self.path == "/broken" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def feed() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/clean", 0, "2 packages checked, 0 advisories"),
        ("/holed", 1, "holed 1.0: TEST-2026-1, mended in 1.1"),
        ("/broken", 0, "NOT CHECKED"),
    ],
)
def test_a_finding_fails_and_silence_is_told(feed, tmp_path, path, code, said):
    done = ask(tmp_path, feed + path)
    assert (done.returncode, said in done.stdout) == (code, True), done
    assert done.stderr == ""


def test_a_feed_that_is_not_there_is_no_finding(tmp_path):
    done = ask(tmp_path, "http://127.0.0.1:9/")
    assert done.returncode == 0
    assert "NOT CHECKED" in done.stdout
    assert " 0 advisories" not in done.stdout


def ask(folder: Path, address: str) -> subprocess.CompletedProcess[str]:
    locked = folder / "locked.txt"
    locked.write_text(LOCKED, encoding="utf-8")
    more = ["--vulnerability-service", "osv", "--osv-url", address, "--cache-dir", str(folder / "cache")]
    return subprocess.run(
        [sys.executable, str(ASK), "--locked", str(locked), *more], capture_output=True, text=True, check=False
    )
