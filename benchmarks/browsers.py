"""What a benchmark in a real Chromium begins with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from benchmarks.databases import Databases
from tests.browser import chromium


@contextmanager
def opened(*, light: bool = False) -> Iterator[tuple[Browser, Databases]]:
    """A browser, whose version is told, and databases to fill; exits with how to get a browser where there is none.

    `light` is enough where nobody looks at the times: the shell without windows, if there is one.
    """
    with Databases() as databases, sync_playwright() as playwright:
        program = chromium.program(playwright, light=light)
        if program is None:
            sys.exit(chromium.MISSING)
        with chromium.launched(playwright, program) as browser:
            print(f"Chromium {browser.version}")
            yield browser, databases
