"""Parts of a log checked by processes of their own: Python runs one thread at a time, two processes use two processors.

A process is told its part in one line of JSON on its standard input, where no list of processes shows the database's
address. It writes how many events it has checked, a line each time, and at last what it found.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from subprocess import Popen  # nosec B404

from dashboard import processes
from moderation.verification import Break, BreakKind, Part

# With more, what each reads to begin with costs more than it saves.
MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The part, and the database that it is in."""

    database: str
    part: Part

    def to_json(self) -> str:
        heads = {size: [root.hex() for root in roots] for size, roots in self.part.heads.items()}
        of_part = {"log_id": self.part.log_id, "start": self.part.start, "end": self.part.end, "heads": heads}
        return json.dumps({"database": self.database, "part": of_part})

    @classmethod
    def from_json(cls, text: str) -> Task:
        given = json.loads(text)
        heads = {int(size): {bytes.fromhex(root) for root in roots} for size, roots in given["part"]["heads"].items()}
        return cls(database=given["database"], part=Part(**given["part"] | {"heads": heads}))


def finding(wrong: Break | None) -> str:
    """The last line of what a process says."""
    found = None if wrong is None else {"position": wrong.position, "kind": wrong.kind.value, "until": wrong.until}
    return json.dumps({"found": found})


class Elsewhere:
    """A part in a process. A thread listens, so that the process never waits to be heard."""

    def __init__(self, task: Task, process: Popen[bytes]) -> None:
        self.done = 0
        self._last = b""
        self._process = process
        self._listener = threading.Thread(target=self._listen, args=(task,), daemon=True)
        self._listener.start()

    def wait(self, seconds: float) -> bool:
        self._listener.join(seconds)
        return not self._listener.is_alive()

    def result(self) -> Break | None:
        self._listener.join()
        if self._process.wait() or not self._last.startswith(b"{"):
            raise OSError("a process that checked a part of the log did not end well")
        found = json.loads(self._last)["found"]
        return found and Break(position=found["position"], kind=BreakKind(found["kind"]), until=found["until"])

    def end(self) -> None:
        self._process.kill()
        self._listener.join()
        self._process.wait()

    def _listen(self, task: Task) -> None:
        with processes.output_of(self._process) as said:
            with processes.telling(self._process) as tell:
                tell(task.to_json().encode())
            for line in said:
                self._last = line
                if line.strip().isdigit():
                    self.done = int(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """`Checkers` by processes, one for each processor but this one's."""

    database: str

    @property
    def count(self) -> int:
        return min(processes.processors() - 1, MOST)

    @contextmanager
    def __call__(self, parts: Sequence[Part]) -> Iterator[Sequence[Elsewhere]]:
        with ExitStack() as stack:
            begun = []
            for part in parts:
                process = processes.start("dashboard.checker", told=True)
                begun.append(Elsewhere(Task(database=self.database, part=part), process))
                stack.callback(begun[-1].end)
            yield begun
