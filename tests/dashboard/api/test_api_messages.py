"""What a browser may tell Streamlit over the page's websocket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest

from tests.builders import Newsroom
from tests.dashboard.api.around import Client, sign_in

ALIVE = BackMsg(app_heartbeat=True)


@pytest.fixture
def stream(visitor: Client, newsroom: Newsroom) -> Iterator[Any]:
    sign_in(visitor, newsroom)
    with visitor.websocket_connect("ws://localhost/_stcore/stream") as opened:
        assert opened.receive_text() == "hello"
        yield opened


def operation(payload=""):
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    if payload:
        getattr(message.backend_operation_request, payload).SetInParent()
    return message


@pytest.mark.parametrize(
    "message",
    [
        BackMsg(rerun_script=ClientState(query_string="q=x")),
        BackMsg(stop_script=True),
        ALIVE,
        operation("deferred_file"),
    ],
)
def test_what_our_pages_say_is_heard(stream, message):
    stream.send_bytes(message.SerializeToString())
    assert BackMsg.FromString(stream.receive_bytes()) == message


@pytest.mark.parametrize(
    "message",
    [
        BackMsg(),
        BackMsg(clear_cache=True),
        BackMsg(load_git_info=True),
        BackMsg(set_run_on_save=True),
        BackMsg(debug_shutdown_runtime=True),
        BackMsg(debug_disconnect_websocket=True),
        BackMsg(file_urls_request=FileURLsRequest(request_id="1", file_names=["a"])),
        operation(),
        operation("install_skills"),
    ],
)
def test_what_no_page_of_ours_says_reaches_nothing(stream, message):
    stream.send_bytes(message.SerializeToString())
    stream.send_bytes(ALIVE.SerializeToString())
    assert BackMsg.FromString(stream.receive_bytes()) == ALIVE


@pytest.mark.parametrize(("sent", "code"), [({"text": "hello"}, 1003), ({"bytes": b"\xff\xff\xff"}, 1002)])
def test_what_is_no_message_ends_the_websocket(stream, sent, code):
    stream.send({"type": "websocket.receive", **sent})
    with pytest.raises(WebSocketDisconnect) as closed:
        stream.receive_bytes()
    assert closed.value.code == code
