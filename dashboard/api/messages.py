"""What a browser may tell Streamlit: that its page is to run, is alive, or wants a chart's numbers."""

from __future__ import annotations

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

# Streamlit knows more, for developers: to empty the caches of all, to list the files around the program that are in no
# commit, to take files in. No page of ours says so, and whoever made it up would be heard.
_HEARD = {"rerun_script", "stop_script", "app_heartbeat", "backend_operation_request"}
_OPERATIONS = {"deferred_file"}
# As RFC 6455 has it: a protocol error, and data of a kind that is not accepted.
_BROKEN, _NOT_BYTES = 1002, 1003


class Messages:
    """What is not heard is dropped without a word; what is no message at all ends the websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)

        async def heard() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                data: bytes | None = message.get("bytes")
                try:
                    if data is not None and _is_heard(BackMsg.FromString(data)):
                        return message
                except DecodeError:
                    data = None
                if data is None:
                    # Streamlit would raise or log a traceback for each.
                    code = _BROKEN if message.get("bytes") else _NOT_BYTES
                    await send({"type": "websocket.close", "code": code})
                    return {"type": "websocket.disconnect", "code": code}

        return await self._app(scope, heard, send)


def _is_heard(told: BackMsg) -> bool:
    kind = told.WhichOneof("type")
    if kind == "backend_operation_request":
        return told.backend_operation_request.WhichOneof("payload") in _OPERATIONS
    return kind in _HEARD
