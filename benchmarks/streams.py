"""A moderator without a browser: signs in, then speaks to the dashboard's WebSocket in Streamlit's own messages."""

from __future__ import annotations

import asyncio
import json
import re
import time
from http.client import HTTPConnection
from types import TracebackType
from typing import Self

import websockets
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.figures import Wrong, check
from benchmarks.programs import Server

_PATIENCE = 60.0
_COMMENT = re.compile(r'data-comment="(\d+)"')
_NOTICE = re.compile(r'class="tq-notice[^>]*>(.{0,300})', re.DOTALL)
_APPROVE = re.compile(r'data-act="(queue_approve_[^"]+)"')
_AHEAD = 'class="tq-next"'
_KEYS, _AFTER = "-queue_keys", "-queue_after"
_DONE = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


class Moderator:
    """`comment` is on the screen; `decided` are those approved before it."""

    def __init__(self, server: Server, link: str) -> None:
        self._server, self._link = server, link
        self._socket: websockets.ClientConnection | None = None
        self._button = self._notice = ""
        self._keys = self._fragment = self._after = self._after_fragment = ""
        self.comment = 0
        self.decided: list[int] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def open(self) -> float:
        """Seconds from following the sign-in link to the first comment."""
        began = time.perf_counter()
        cookie = await asyncio.to_thread(self._sign_in)
        self._socket = await websockets.connect(
            f"ws://127.0.0.1:{self._server.port}/_stcore/stream",
            additional_headers={"Cookie": cookie},
            origin=websockets.Origin(self._server.origin),
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            ping_interval=None,
        )
        message = BackMsg()
        message.rerun_script.query_string = ""
        return await self._ask(message) - began

    async def approve(self) -> float:
        """Seconds from the click to the next comment's arrival."""
        message = BackMsg()
        message.rerun_script.fragment_id = self._fragment
        _trigger(message, self._keys, "act", self._button)
        before, began = self.comment, time.perf_counter()
        came = await self._ask(message)
        check(came > 0, f"the card stayed after a decision: {self._notice}")
        self.decided.append(before)
        # As the page does once the card is painted.
        rest = BackMsg()
        rest.rerun_script.fragment_id = self._after_fragment
        _trigger(rest, self._after, "asked", True)
        await self._ask(rest)
        return came - began

    def _sign_in(self) -> str:
        connection = HTTPConnection("127.0.0.1", self._server.port, timeout=_PATIENCE)
        try:
            connection.request("GET", f"/login/link?token={self._link}")
            answer = connection.getresponse()
            answer.read()
            check(answer.status == 303, f"the sign-in link is answered by {answer.status}")
            cookies = answer.headers.get_all("set-cookie") or []
        finally:
            connection.close()
        return "; ".join(cookie.partition(";")[0] for cookie in cookies)

    async def _ask(self, message: BackMsg) -> float:
        """Send, and read until the run is over; the moment at which another comment had come."""
        if self._socket is None:
            raise Wrong("the moderator is not signed in")
        await self._socket.send(message.SerializeToString())
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._read(self._socket)
        except TimeoutError:
            raise Wrong(f"no other comment came within {_PATIENCE:.0f} s") from None

    async def _read(self, socket: websockets.ClientConnection) -> float:
        came = 0.0
        while True:
            part = await socket.recv()
            message = ForwardMsg.FromString(part if isinstance(part, bytes) else part.encode())
            kind = message.WhichOneof("type")
            if kind == "delta" and self._take(message):
                came = time.perf_counter()
            elif kind == "script_finished" and message.script_finished in _DONE:
                return came

    def _take(self, message: ForwardMsg) -> bool:
        """Remember the card's comment, its button and what tells of it; whether it is another comment."""
        element = message.delta.new_element
        if element.WhichOneof("type") == "bidi_component":
            name = element.bidi_component.id
            if name.endswith(_KEYS):
                self._keys, self._fragment = name, message.delta.fragment_id
            elif name.endswith(_AFTER):
                self._after, self._after_fragment = name, message.delta.fragment_id
        # What lies in the page ahead is not on the screen.
        if element.WhichOneof("type") != "html" or _AHEAD in element.html.body:
            return False
        if button := _APPROVE.search(element.html.body):
            self._button = button[1]
        if notice := _NOTICE.search(element.html.body):
            self._notice = notice[1]
        found = _COMMENT.search(element.html.body)
        if found is None or int(found[1]) == self.comment:
            return False
        self.comment = int(found[1])
        return True


def _trigger(message: BackMsg, component: str, event: str, value: object) -> None:
    """What a component tells, beside its state, without which Streamlit gives the callback nothing."""
    states = message.rerun_script.widget_states.widgets
    states.add(id=component, json_value="{}")
    told = json.dumps([{"event": event, "value": value}])
    states.add(id=_make_trigger_id(component, "events"), json_trigger_value=told)
