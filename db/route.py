"""PostgreSQL by its own client library: prepared statements, several in one round trip.

psycopg makes the connection and converts the values; what its cursors do around a statement, in Python, takes three
times the statement itself (docs/decisions/0025). `psycopg.pq`, `Transformer` and `errors` are what this is made of.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, NoReturn

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

from db.statement import Statement
from moderation.errors import Contention

_GOOD = {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}
_COMMIT = b"COMMIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of the last statement."""

    rows: list[tuple[Any, ...]]
    rowcount: int

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows


class Route:
    """The way to the server of one of the driver's connections; the statements it knows are prepared once."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw, self._pg = raw, raw.pgconn
        self._names: dict[str, bytes] = {}
        # A name is given once: what was prepared before something else failed is known to the server alone.
        self._numbers = count()
        # As a cursor of the driver's has one for all that it runs: it remembers how each type is told and read.
        self._converting = Transformer(raw)
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)

    @property
    def is_idle(self) -> bool:
        """Whether no transaction is open."""
        return self._pg.transaction_status == pq.TransactionStatus.IDLE

    def run(self, statements: Sequence[Statement], *, opening: Sequence[bytes] = (), commit: bool = False) -> Answer:
        """All of it in order, in one round trip; the first error is raised and leaves the transaction failed."""
        # Before anything is sent: what cannot be sent is told, and the connection stays as it was.
        given = [self._given(one) for one in statements]
        if len(statements) == 1 and not opening and not commit and statements[0].text in self._names:
            [only] = statements
            return self._answer(only, self._pg.exec_prepared(self._names[only.text], *given[0]))
        with self._piped():
            for plain in opening:
                self._pg.send_query_params(plain, None)
            asked: list[Statement | None] = [None] * len(opening)
            for one, values in zip(statements, given, strict=True):
                if one.text not in self._names:
                    self._prepare(one.text)
                    asked.append(None)
                self._pg.send_query_prepared(self._names[one.text], *values)
                asked.append(one)
            if commit:
                self._pg.send_query_params(_COMMIT, None)
                asked.append(None)
            answers = [self._answer(*each) for each in zip(asked, self._received(), strict=True)]
        return answers[-1]

    def _given(self, asked: Statement) -> tuple[Any, Any, int]:
        """The values, the form of each, and that of what is found: bytes as they are, all else as text."""
        given = asked.values
        kinds = set(map(type, given))
        if list in kinds:
            given = [_written(value) if type(value) is list else value for value in given]
        plain = bytes not in kinds and list not in kinds
        forms = [PyFormat.TEXT] * len(given) if plain else [_form_of(value) for value in given]
        values = self._converting.dump_sequence(given, forms)
        return values, self._converting.formats, pq.Format.BINARY if asked.binary else pq.Format.TEXT

    def _prepare(self, text: str) -> None:
        name = b"taliq_%d" % next(self._numbers)
        self._pg.send_prepare(name, text.encode())
        self._names[text] = name

    @contextmanager
    def _piped(self) -> Iterator[None]:
        names = dict(self._names)
        self._pg.enter_pipeline_mode()
        try:
            yield
            self._pg.exit_pipeline_mode()
        except Contention:
            self._pg.exit_pipeline_mode()
            raise
        except psycopg.Error:
            # What failed may have been a preparation, and what came after it was not heard.
            self._names = names
            if self._pg.status == pq.ConnStatus.OK:
                self._pg.exit_pipeline_mode()
            raise
        except BaseException:
            # Interrupted in the middle of a talk that nobody will hear to its end.
            self._pg.finish()
            raise

    def _received(self) -> list[pq.abc.PGresult]:
        """The results until the server has answered all; the first error is raised once everything has been read."""
        self._pg.pipeline_sync()
        self._flush()
        results: list[pq.abc.PGresult] = []
        while (result := self._next()).status != pq.ExecStatus.PIPELINE_SYNC:
            results.append(result)
        for result in results:
            if result.status not in _GOOD:
                _fail(result)
        return results

    def _flush(self) -> None:
        while self._pg.flush():
            self._poll.modify(self._pg.socket, select.POLLIN | select.POLLOUT)
            if any(happened & select.POLLIN for _, happened in self._poll.poll()):
                self._pg.consume_input()
            self._poll.modify(self._pg.socket, select.POLLIN)

    def _next(self) -> pq.abc.PGresult:
        while True:
            while self._pg.is_busy():
                self._poll.poll()
                self._pg.consume_input()
            result = self._pg.get_result()
            if result is not None:
                return result
            # None stands between the results of two statements, and where the connection has ended.
            if self._pg.status != pq.ConnStatus.OK:
                raise psycopg.OperationalError("the connection is lost")

    def _answer(self, asked: Statement | None, result: pq.abc.PGresult) -> Answer:
        if result.status not in _GOOD:
            _fail(result)
        rowcount = result.command_tuples or 0
        if asked is not None and asked.must_change and not rowcount:
            raise Contention(what="version")
        if result.status == pq.ExecStatus.COMMAND_OK:
            return Answer(rows=[], rowcount=rowcount)
        self._converting.set_pgresult(result)
        rows = self._converting.load_rows(0, result.ntuples, tuple)
        self._converting.set_pgresult(None)
        if asked is not None and asked.heard is not None:
            asked.heard(rows)
        return Answer(rows=rows, rowcount=rowcount)


def _written(values: list[Any]) -> list[Any] | str:
    """Numbers or words as PostgreSQL writes an array of them, in an eighth of the driver's time; else as they are."""
    first = type(values[0]) if values else None
    if first is int and None not in values:
        return f"{{{','.join(map(str, values))}}}"
    if first is str and None not in values:
        # No text has this character in PostgreSQL: the driver says so.
        text = "\0".join(values)
        if text.count("\0") == len(values) - 1:
            quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
            return f'{{"{quoted}"}}'
    return values


def _form_of(value: Any) -> PyFormat:
    """As text two digits would stand for each byte, of which the server reads one at a time."""
    some = value[0] if type(value) is list and value else value
    return PyFormat.BINARY if type(some) is bytes else PyFormat.TEXT


def _fail(result: pq.abc.PGresult) -> NoReturn:
    raise error_from_result(result)
