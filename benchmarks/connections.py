"""Keep-alive HTTP connections that cost the machine little: requests are encoded before the clock starts."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.figures import Wrong

_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`seconds` from the first request to the last answer, `latencies` each request's own; `answers` their JSON."""

    seconds: float
    latencies: tuple[float, ...]
    answers: tuple[dict[str, object], ...]


def post(path: str, content: object, *, secret: str) -> bytes:
    """A request as it goes over the wire."""
    body = json.dumps(content, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send(requests: Sequence[bytes], *, port: int, connections: int) -> Sent:
    """All of them, shared by so many connections, each waiting for its answer before it sends the next."""
    lanes = [_Lane(list(requests[place::connections]), port) for place in range(connections)]
    began = time.perf_counter()
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    seconds = time.perf_counter() - began
    for lane in lanes:
        if lane.error is not None:
            raise Wrong(f"a request failed: {lane.error}") from lane.error
    return Sent(
        seconds=seconds,
        latencies=tuple(latency for lane in lanes for latency in lane.latencies),
        answers=tuple(json.loads(answer) for lane in lanes for answer in lane.answers),
    )


class _Lane(threading.Thread):
    def __init__(self, requests: list[bytes], port: int) -> None:
        super().__init__(daemon=True)
        self._requests, self._port = requests, port
        self.latencies: list[float] = []
        self.answers: list[bytes] = []
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=_TIMEOUT) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for answer in self._exchange(line):
                    self.answers.append(answer)
        except Exception as error:
            self.error = error

    def _exchange(self, line: socket.socket) -> Iterator[bytes]:
        with line.makefile("rb") as incoming:
            for request in self._requests:
                began = time.perf_counter()
                line.sendall(request)
                status = incoming.readline()
                length = 0
                while (header := incoming.readline()) not in (b"\r\n", b""):
                    name, _, value = header.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                body = incoming.read(length)
                self.latencies.append(time.perf_counter() - began)
                if status.split()[1:2] != [b"201"]:
                    raise Wrong(f"{status.decode(errors='replace').strip()}: {body[:400].decode(errors='replace')}")
                yield body
