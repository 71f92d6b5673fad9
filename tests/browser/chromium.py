"""Where the browser is, how it is started, and a tab's own window on the desk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright

VARIABLE = "TALIQ_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# The same engine without the windows of a browser: a seventh less to compute.
SHELL = "chromium-headless-shell"
MISSING = (
    "no Chromium: install one (apt-get install chromium, or playwright install chromium) "
    f"or name its program in {VARIABLE}"
)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine has an address, so a page that calls another host is found out without reaching it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def program(playwright: Playwright, *, light: bool = False) -> Path | None:
    """The one that the environment names, else the system's (its lighter shell, if there is one), else Playwright's."""
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).exists():
            raise FileNotFoundError(f"{VARIABLE}={named}")
        return Path(named)
    names = (SHELL, *NAMES) if light else NAMES
    found = next((path for path in map(shutil.which, names) if path), None) or playwright.chromium.executable_path
    return Path(found) if Path(found).exists() else None


@contextmanager
def launched(playwright: Playwright, path: Path) -> Iterator[Browser]:
    # Chromium keeps a socket in its folder for temporary files, and a socket's path may have 107 bytes.
    short = {**os.environ, "TMPDIR": "/tmp"}  # noqa: S108 -- Chromium makes a folder of its own in it
    browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(_ARGUMENTS), env=short)
    try:
        yield browser
    finally:
        browser.close()
