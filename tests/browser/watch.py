"""What no page may ever do, noted as it happens: errors, dialogs, requests to other hosts, breaches of the policy."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError, WebSocket

# Streamlit's protobuf library tries WebAssembly for long integers and does without where the policy forbids it.
_REPORT = """document.addEventListener("securitypolicyviolation", (event) => {
  const {violatedDirective, blockedURI, sourceFile} = event
  if (blockedURI === "wasm-eval" && sourceFile.includes("/static/js/protobuf.")) return
  console.error(`content security policy: ${violatedDirective} blocked ${blockedURI} of ${sourceFile}`)
})"""
_LOCAL = ("data:", "blob:", "about:")


class Watch:
    """Troubles are sentences; a test that means to cause one says so with `expect`."""

    def __init__(self) -> None:
        self._hosts: set[str] = set()
        self._expected: list[re.Pattern[str]] = []
        self.troubles: list[str] = []

    def begin(self) -> None:
        """Another test: what was noted and expected before is none of its business."""
        self._expected.clear()
        self.troubles.clear()

    def expect(self, *patterns: str) -> None:
        self._expected += map(re.compile, patterns)

    def attend(self, context: BrowserContext, host: str) -> None:
        """Note what happens in this browser from now on; requests may go to `host` alone."""
        self._hosts.add(host)
        context.add_init_script(_REPORT)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("page", self._page)

    def _note(self, trouble: str) -> None:
        if not any(pattern.search(trouble) for pattern in self._expected):
            self.troubles.append(trouble)

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)
        page.on("crash", lambda _: self._note("crash"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self._note(f"script: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._address(socket.url)

    def _address(self, url: str) -> None:
        if not url.startswith(_LOCAL) and urlsplit(url).netloc not in self._hosts:
            self._note(f"request to another host: {url}")
