"""A backup holds one moment of everything and comes back whole into either database, or not at all."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from alembic import command
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.engine import URL

from dashboard.backup import age, container
from dashboard.backup.age import Lock
from dashboard.backup.making import make
from dashboard.backup.restoring import Opening, check, restore
from dashboard.settings import Settings
from dashboard.wiring import Plant, build
from db import schema
from db.migrate import config
from moderation.audit import EventType
from moderation.backup import Manifest
from moderation.decision import Outcome, Reason
from moderation.errors import Conflict, Forbidden, Invalid, Unauthenticated, Unavailable
from moderation.ports import Piece
from moderation.search import SearchFilter
from moderation.service import accounts, audit, backups, intake, personal, review, search
from moderation.service.logs import DESK_LOG
from tests import postgres
from tests.builders import OPERATOR, SITE, Newsroom, TableScorer, incoming

PRIVATE, PUBLIC = age.new_identity()
LOCK = Lock(recipients=age.recipients_of(PUBLIC))
OPENING = Opening(identities=age.identities_of(PRIVATE))
PASSPHRASE = "a long enough passphrase"
# What is the same whichever database it came from.
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
Places = Callable[[str], Plant]


@pytest.fixture
def places(tmp_path: Path, postgres_server: URL) -> Iterator[Places]:
    """Makes plants on empty databases, of the kind that is asked for."""
    plants: list[Plant] = []
    made: list[URL] = []

    def place(kind: str) -> Plant:
        folder = tmp_path / f"place{len(plants)}"
        url = f"sqlite:///{folder / 'new.sqlite'}"
        if kind == "postgresql":
            made.append(postgres.create(postgres_server))
            url = made[-1].render_as_string(hide_password=False)
        built = build(Settings(database_url=url, var=folder))
        plants.append(replace(built, desk=replace(built.desk, scorer=TableScorer())))
        return plants[-1]

    yield place
    for plant in plants:
        plant.close()
    for url in made:
        postgres.drop(postgres_server, url)


@pytest.fixture
def plant(database_url: str, tmp_path: Path) -> Iterator[Plant]:
    """With key files of its own."""
    built = build(
        Settings(database_url=database_url, var=tmp_path / "own", signing_key=tmp_path / "own" / "signing.key")
    )
    yield built
    built.close()


def lived(newsroom: Newsroom) -> int:
    """A bit of everything; the id of a comment that was decided."""
    first = newsroom.say("a rude كَلـب", external_id="one", commenter_name="Zubayda")
    newsroom.say("an answer", external_id="two", parent_id="one")
    intake.edit(newsroom.desk, newsroom.key, "one", "a rude word \N{PILE OF POO}")
    review.decide(newsroom.desk, newsroom.moderator, first.id, Outcome.REJECT, seen_version=2, reasons=[Reason.ABUSIVE])
    newsroom.say("gone", external_id="three", commenter_id="left")
    personal.erase(newsroom.desk, OPERATOR, "left", site=SITE)
    audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    return first.id


def made(plant: Plant, lock: Lock = LOCK, **how: bool) -> bytes:
    out = io.BytesIO()
    make(plant, OPERATOR, out, lock, **how)
    return out.getvalue()


def source(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(content))  # type: ignore[arg-type]


def rows_of(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All of every table that a backup keeps, but for the desk's log, which tells of the restoring."""
    found = {}
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            if table not in schema.NOT_KEPT:
                query = select(table).order_by(*table.primary_key.columns)
                if table.name in ("logs", "audit_events", "checkpoints"):
                    query = query.where((table.c.id if table.name == "logs" else table.c.log_id) != DESK_LOG)
                found[table.name] = [tuple(row) for row in connection.execute(query)]
    return found


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_all_of_it_comes_back_into_either_database(into: str, newsroom: Newsroom, places: Places) -> None:
    comment_id = lived(newsroom)
    content, place = made(newsroom.plant), places(into)
    manifest, done = restore(place, OPERATOR, source(content), OPENING)
    assert rows_of(place.engine) == rows_of(newsroom.plant.engine)
    assert dict(done.rows) == manifest.rows
    assert manifest.rows["comments"] == 3
    assert all(one.ok for one in done.logs)
    assert all(one.ok for one in audit.verify(place.desk, OPERATOR))
    last = audit.events(place.desk, OPERATOR, site=None).rows[0]
    assert last.type == EventType.BACKUP_RESTORED
    found = search.find(place.desk, OPERATOR, site=SITE, where=SearchFilter(words=("word",)))
    assert [row.comment.id for row in found.rows] == [comment_id]
    assert [one.name for one in search.named(place.desk, OPERATOR, site=SITE, words=("zubayda",))] == ["Zubayda"]
    # The desk goes on: a comment is taken in and decided, and the log grows.
    moved = replace(newsroom, plant=place, desk=replace(place.desk, now=newsroom.clock))
    assert moved.say("civil", external_id="four").id
    assert all(one.ok for one in audit.verify(place.desk, OPERATOR))


@ON_SQLITE
def test_who_was_signed_in_is_not_again(newsroom: Newsroom, places: Places) -> None:
    accounts.issue_link(newsroom.desk, OPERATOR, "admin-1")
    place = places("sqlite")
    restore(place, OPERATOR, source(made(newsroom.plant)), OPENING)
    with pytest.raises(Unauthenticated):
        accounts.whoami(place.desk, newsroom.admin)
    with place.engine.connect() as connection:
        for table in schema.NOT_KEPT:
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_what_lets_somebody_in_is_kept_in_no_backup() -> None:
    """A table of tokens that somebody adds later must be named, too."""
    tokens = {table for table in schema.metadata.sorted_tables if "token_hash" in table.c}
    assert tokens <= schema.NOT_KEPT


@ON_SQLITE
def test_the_keys_come_back_and_open_what_they_sealed(newsroom: Newsroom, places: Places) -> None:
    sealed = newsroom.desk.codes.sealed("ABCDEFGH")
    place = places("sqlite")
    restore(place, OPERATOR, source(made(newsroom.plant)), OPENING)
    assert place.desk.signer.public_key == newsroom.desk.signer.public_key
    assert place.desk.codes.opened(sealed) == "ABCDEFGH"
    assert place.settings.key_file.stat().st_mode & 0o777 == 0o600


@ON_SQLITE
def test_keys_can_be_left_out_and_the_logs_verify_by_the_public_ones(newsroom: Newsroom, places: Places) -> None:
    lived(newsroom)
    place = places("sqlite")
    manifest, done = restore(place, OPERATOR, source(made(newsroom.plant, keys=False)), OPENING)
    assert manifest.keys == ()
    assert all(one.ok for one in done.logs)
    assert place.desk.signer.public_key != newsroom.desk.signer.public_key


@ON_SQLITE
def test_another_key_is_not_overwritten(newsroom: Newsroom, places: Places) -> None:
    place = places("sqlite")
    other = place.desk.signer.public_key
    with pytest.raises(Conflict) as refused:
        restore(place, OPERATOR, source(made(newsroom.plant)), OPENING)
    assert refused.value.fields["what"] == "key_file"
    assert build(place.settings).desk.signer.public_key == other
    assert untouched(place)


def untouched(place: Plant) -> bool:
    """Nothing of a backup is left, neither rows nor tables nor, on SQLite, a file."""
    if place.engine.dialect.name == "sqlite":
        return not Path(str(place.engine.url.database)).exists() and not place.settings.secrets_file.exists()
    return not inspect(place.engine).get_table_names()


@ON_SQLITE
def test_a_wrong_passphrase_opens_nothing(newsroom: Newsroom) -> None:
    lived(newsroom)
    content = made(newsroom.plant, Lock(passphrase=PASSPHRASE))
    with pytest.raises(Invalid) as refused:
        check(source(content), Opening(passphrase=PASSPHRASE + "?"))
    assert refused.value.reason == "wrong_passphrase"


def _flipped(content: bytes) -> bytes:
    at = len(content) * 2 // 3
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def _resealed(content: bytes, change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]]) -> bytes:
    """What somebody who knows the public key could write: the members changed, the whole encrypted anew."""
    plain = pyrage.decrypt(content, age.identities_of(PRIVATE))
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        members = [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, inside in change(members):
            about = tarfile.TarInfo(name)
            about.size = len(inside)
            tar.addfile(about, io.BytesIO(inside))
    return pyrage.encrypt(out.getvalue(), list(LOCK.recipients))


def _later(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [(members[0][0], members[0][1].replace(b'"taliq_backup": 1', b'"taliq_backup": 2')), *members[1:]]


def _unknown(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    about = json.loads(members[0][1]) | {"revision": "9999"}
    return [(members[0][0], json.dumps(about).encode()), *members[1:]]


def _another_kind(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    about = json.loads(members[0][1]) | {"made_at": 1.5}
    return [(members[0][0], json.dumps(about).encode()), *members[1:]]


def _without_table(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [one for one in members if not one[0].endswith("-comments.parquet")]


def _garbled(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [(name, b"PAR1 nothing" if name.endswith("-comments.parquet") else inside) for name, inside in members]


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda content: b"", "empty"),
    "another kind of file": (lambda content: b"SQLite format 3\0" * 100, "foreign"),
    "an age file of something else": (lambda content: pyrage.encrypt(b"hello", list(LOCK.recipients)), "foreign"),
    "another tar": (lambda content: _resealed(content, lambda members: members[1:]), "foreign"),
    "of no moment": (lambda content: _resealed(content, _another_kind), "foreign"),
    "cut within the header": (lambda content: content[:60], "damaged"),
    "cut in the middle": (lambda content: content[: len(content) // 2], "damaged"),
    "without its last byte": (lambda content: content[:-1], "damaged"),
    "a bit flipped": (_flipped, "damaged"),
    "something at its end": (lambda content: content + b"x", "damaged"),
    "a table left out": (lambda content: _resealed(content, _without_table), "damaged"),
    "a table garbled": (lambda content: _resealed(content, _garbled), "damaged"),
    "no checksums": (lambda content: _resealed(content, lambda members: members[:-1]), "damaged"),
    "of a later format": (lambda content: _resealed(content, _later), "later_format"),
    "of a later version's tables": (lambda content: _resealed(content, _unknown), "unknown_revision"),
}


# Which database it is matters only when there are rows to take back.
_ON_POSTGRESQL = ("without its last byte", "no checksums", "a table garbled")
_CASES = [("sqlite", damage) for damage in DAMAGES] + [("postgresql", damage) for damage in _ON_POSTGRESQL]


@pytest.mark.parametrize(("backend", "damage"), _CASES, indirect=["backend"])
def test_what_is_not_a_whole_backup_changes_nothing(damage: str, newsroom: Newsroom, places: Places) -> None:
    lived(newsroom)
    harm, reason = DAMAGES[damage]
    place = places(newsroom.plant.engine.dialect.name)
    with pytest.raises(Invalid) as refused:
        restore(place, OPERATOR, source(harm(made(newsroom.plant))), OPENING)
    assert (refused.value.field, refused.value.reason) == ("backup", reason)
    assert untouched(place)


@pytest.mark.parametrize(
    ("rows", "most", "largest"),
    [([(1,)] * 2_001, 2_000, 1 << 20), ([("x" * 10_000,)] * 2_000, 2_000, 1 << 20)],
    ids=["rows", "bytes"],
)
def test_a_table_that_is_packed_to_fill_the_memory_is_damage(
    rows: list[tuple[object, ...]], most: int, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty million rows of one number have ninety kilobytes, and whoever knows the public key can make a backup."""
    kind = "integer" if isinstance(rows[0][0], int) else "text"
    piece = Piece(table="comments", columns={"id": kind}, rows=rows)
    about = Manifest(version="1", revision="1", made_at="", rows={"comments": len(rows)}, heads=(), keys=())
    content = b"".join(container.packed(about, {}, [piece]))
    (read,) = container.unpacked(io.BytesIO(content)).pieces
    assert read == piece
    monkeypatch.setattr(container, "_MOST_ROWS", most)
    monkeypatch.setattr(container, "_LARGEST", largest)
    with pytest.raises(Invalid) as refused:
        list(container.unpacked(io.BytesIO(content)).pieces)
    assert refused.value.reason == "damaged"


@ON_SQLITE
def test_another_key_does_not_open_it(newsroom: Newsroom, places: Places) -> None:
    other = Opening(identities=age.identities_of(age.new_identity()[0]))
    with pytest.raises(Invalid) as refused:
        restore(places("sqlite"), OPERATOR, source(made(newsroom.plant)), other)
    assert refused.value.reason == "wrong_key"


def test_a_database_in_use_is_refused(newsroom: Newsroom) -> None:
    content, before = made(newsroom.plant), rows_of(newsroom.plant.engine)
    with pytest.raises(Conflict) as refused:
        restore(newsroom.plant, OPERATOR, source(content), OPENING)
    assert refused.value.fields["what"] == "database_not_empty"
    assert rows_of(newsroom.plant.engine) == before


@ON_SQLITE
def test_only_the_operator_of_the_server_restores(newsroom: Newsroom, places: Places) -> None:
    with pytest.raises(Forbidden):
        restore(places("sqlite"), newsroom.admin, source(made(newsroom.plant)), OPENING)


def test_a_migrated_database_without_a_row_is_empty(newsroom: Newsroom, places: Places) -> None:
    place = places(newsroom.plant.engine.dialect.name)
    place.prepare()
    manifest, _ = restore(place, OPERATOR, source(made(newsroom.plant)), OPENING)
    assert manifest.rows["staff"] == 5


@ON_SQLITE
def test_a_log_that_was_changed_before_comes_back_only_to_who_says_so(newsroom: Newsroom, places: Places) -> None:
    lived(newsroom)
    with newsroom.plant.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_events_no_update"))
        connection.execute(text("UPDATE audit_events SET body = replace(body, 'reject', 'approve') WHERE log_id != 0"))
    content = made(newsroom.plant)
    with pytest.raises(Invalid) as refused:
        restore(places("sqlite"), OPERATOR, source(content), OPENING)
    assert (refused.value.reason, refused.value.fields["origin"]) == ("log_broken", f"taliq/{SITE}")
    _, done = restore(places("sqlite"), OPERATOR, source(content), OPENING, despite_log=True)
    assert [one.origin for one in done.logs if not one.ok] == [f"taliq/{SITE}"]


def test_it_is_one_moment_while_others_write(newsroom: Newsroom, places: Places) -> None:
    """A comment that comes in when half of the backup is read is in none of its tables."""
    newsroom.say("before", external_id="before")
    plant = newsroom.plant
    taken = backups.snapshot(newsroom.desk, OPERATOR, plant.archive, version="1", keys=())
    with taken as (manifest, pieces):
        first = next(pieces)
        newsroom.say("meanwhile", external_id="meanwhile")
        kept = [first, *pieces]
    counts = dict.fromkeys(manifest.rows, 0)
    for piece in kept:
        counts[piece.table] += len(piece.rows)
    assert counts == manifest.rows
    assert manifest.rows["comments"] == 1
    place = places("sqlite")
    done = backups.restore(place.desk, OPERATOR, place.archive, manifest, kept)
    assert all(one.ok for one in done.logs)


def test_a_backup_of_an_older_shape_is_brought_to_this_one(places: Places, postgres_server: URL) -> None:
    old = places("sqlite")
    with old.engine.begin() as connection:
        command.upgrade(config(connection), "0003")
        connection.execute(text("INSERT INTO sites VALUES (1, 'old', 'Old', 'ar', 'UTC', 1)"))
        connection.execute(text("INSERT INTO commenters VALUES (1, 1, 'u', 'Émile', 1)"))
    for into in ("sqlite", "postgresql"):
        place = places(into)
        with old.archive.snapshot() as moment, place.archive.filling(moment.revision) as filling:
            for piece in moment.pieces:
                filling.put(piece)
            filling.finish()
        assert place.is_current()
        with place.engine.connect() as connection:
            assert connection.execute(text("SELECT folded FROM commenters")).scalar_one() == "emile"
        with place.desk.read() as uow:
            assert [one.name for one in uow.commenters.named(1, ["emil"], limit=9)] == ["Émile"]


@pytest.mark.parametrize(
    "piece",
    [
        Piece(table="nothing", columns={"id": "integer"}, rows=[(1,)]),
        Piece(table="sites", columns={"id": "integer"}, rows=[(1,)]),
        Piece(
            table="sections", columns={"id": "integer", "site_id": "integer", "name": "text"}, rows=[(1, 9, "x")] * 2
        ),
    ],
)
def test_rows_that_do_not_fit_are_damage(piece: Piece, places: Places, backend: str) -> None:
    place = places(backend)
    with pytest.raises(Invalid) as refused, place.archive.filling("0007") as filling:
        filling.put(piece)
    assert refused.value.reason == "damaged"


@ON_SQLITE
def test_errors_of_the_place_that_is_written_to_come_out_as_they_are(newsroom: Newsroom) -> None:
    class Full(io.BytesIO):
        def write(self, content: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        make(newsroom.plant, OPERATOR, Full(), LOCK)


def test_an_error_of_the_database_keeps_its_own_cause() -> None:
    """What the driver said is what tells what to do."""
    cause = OSError("no route to the server")
    gone = Unavailable(kind="OperationalError")
    gone.__cause__ = cause

    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise gone

    with pytest.raises(Unavailable):
        age.seal(pieces(), io.BytesIO(), LOCK)
    assert gone.__cause__ is cause
    sealed = io.BytesIO()
    age.seal([b"two"], sealed, LOCK)
    sealed.seek(0)
    with pytest.raises(Unavailable), age.opened(io.BufferedReader(sealed), OPENING.identities):  # type: ignore[arg-type]
        raise gone
    assert gone.__cause__ is cause


@ON_SQLITE
def test_memory_holds_a_few_megabytes_of_rows_at_a_time(newsroom: Newsroom) -> None:
    body = "long " * 3_000
    newsroom.submit(*[incoming(f"{body}{number}") for number in range(700)])
    with newsroom.plant.archive.snapshot() as moment:
        parts = [len(piece.rows) for piece in moment.pieces if piece.table == "comments"]
    assert sum(parts) == 700
    assert max(parts) < 700
