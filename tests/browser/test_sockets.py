"""The page's websocket: only for one's own page, and only with a session."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dashboard.cookies import SESSION_COOKIE
from tests.browser import stock

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", "null"])
def test_a_websocket_from_another_site_is_refused(sign_in, origin):
    tab = sign_in(stock.MODERATOR)
    token = next(one["value"] for one in tab.page.context.cookies() if one["name"] == SESSION_COOKIE)
    assert status(tab.url, origin, token) == 403
    assert status(tab.url, tab.url, "forged") == 403
    assert status(tab.url, tab.url, token) == 101


def status(url: str, origin: str, token: str) -> int:
    """What the handshake is answered with; the session goes along, as a browser would send it."""
    headers = {"Cookie": f"{SESSION_COOKIE}={token}"}
    try:
        with connect(url.replace("http", "ws", 1) + "/_stcore/stream", origin=origin, additional_headers=headers):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
