"""Signed heads: what they prove, what a rewriting of the database does to them, and how they leave the machine."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from dashboard.signing import KeyFile
from db.stores.log import LogStore
from db.wire import flush
from moderation.audit import Event, EventType, Sealed, seal
from moderation.checkpoint import Checkpoint, Verifier, opened, signed
from moderation.decision import Outcome, Reason
from moderation.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from moderation.roles import Role
from moderation.service import accounts, audit, review
from moderation.stored_tree import StoredTree
from moderation.tree import EMPTY_ROOT, Frontier, consistency_ranges, extends, included, leaf_hash
from moderation.verification import BreakKind, Claim, Verification, first_break
from tests.amounts import amount
from tests.builders import OPERATOR, SITE, START, Newsroom, incoming

ORIGIN = f"taliq/{SITE}"


def head(newsroom: Newsroom) -> str:
    return audit.checkpoint(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE).note


def found(newsroom: Newsroom, *notes: str, trusted: tuple[Verifier, ...] = ()) -> Verification | None:
    every = audit.verify(newsroom.desk, OPERATOR, notes=notes, trusted=trusted)
    return next(one for one in every if one.origin == ORIGIN)


def broken(newsroom: Newsroom, *notes: str) -> BreakKind | None:
    one = found(newsroom, *notes)
    return one.first_break.kind if one and one.first_break else None


@contextmanager
def behind(backend: str, database_url: str) -> Iterator[Connection]:
    """A connection to the database without the triggers that guard the log."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for table in ("audit_events", "checkpoints"):
            if backend == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            else:
                for verb in ("UPDATE", "DELETE"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        yield connection
    engine.dispose()


def test_a_signed_head_is_made_once_for_each_size(newsroom: Newsroom) -> None:
    newsroom.say()
    first = head(newsroom)
    assert head(newsroom) == first
    newsroom.say()
    assert head(newsroom) != first
    verifier = next(one for one in audit.keys(newsroom.desk, newsroom.admin) if one.name == ORIGIN)
    assert opened(first, [verifier], newsroom.desk.signer).origin == ORIGIN
    one = found(newsroom, first)
    assert one is not None
    assert (one.ok, one.checkpoints) == (True, 3)


def root_of(rows: list[Sealed]) -> bytes:
    frontier = Frontier()
    for row in rows:
        frontier.append(row.leaf)
    return frontier.root()


def test_each_export_ends_in_a_head_over_itself(newsroom: Newsroom) -> None:
    newsroom.say()
    made = audit.export(newsroom.desk, newsroom.admin, site=SITE)
    newsroom.say("while it is sent")
    rows = list(made.rows)
    assert rows[-1].type == EventType.LOG_EXPORTED
    verifier = Verifier(name=ORIGIN, public_key=newsroom.desk.signer.public_key)
    assert opened(made.note, [verifier], newsroom.desk.signer) == Checkpoint(
        origin=ORIGIN, size=len(rows), root=root_of(rows)
    )
    assert made.complete


def test_a_proof_needs_nothing_but_the_key(newsroom: Newsroom) -> None:
    for number in range(11):
        newsroom.say(f"civil {number}")
    proof = audit.prove(newsroom.desk, newsroom.people[Role.AUDITOR], 5, site=SITE)
    top, _, note = proof.partition("\n\n")
    _, extra, index, *hashes = top.split("\n")
    body = base64.b64decode(extra.removeprefix("extra "))
    verifier = Verifier(name=ORIGIN, public_key=newsroom.desk.signer.public_key)
    stated = opened(note, [verifier], newsroom.desk.signer)
    path = [base64.b64decode(one) for one in hashes]
    assert index == "index 5"
    assert included(leaf_hash(body), 5, stated.size, path, stated.root)
    for position in (-1, stated.size):
        with pytest.raises(NotFound):
            audit.prove(newsroom.desk, newsroom.admin, position, site=SITE)


def test_two_heads_are_consistent(newsroom: Newsroom) -> None:
    newsroom.say()
    old = audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    newsroom.say("more")
    new = audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    with newsroom.desk.read() as uow:
        proof = StoredTree(uow.log, new.log_id).heads(consistency_ranges(old.size, new.size))
    assert extends(old.size, old.root, new.size, new.root, proof)


def test_what_has_not_grown_out_of_a_kept_head_is_not_proven(newsroom: Newsroom) -> None:
    newsroom.say()
    kept = audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    newsroom.say("more")
    assert audit.prove_growth(newsroom.desk, newsroom.people[Role.AUDITOR], kept.note).startswith(f"old {kept.size}\n")
    other = KeyFile(newsroom.plant.settings.var / "other.key")
    for size, root in ((kept.size, bytes(32)), (kept.size - 1, kept.root), (kept.size + 99, kept.root)):
        with pytest.raises(Conflict):
            audit.prove_growth(newsroom.desk, OPERATOR, signed(Checkpoint(origin=ORIGIN, size=size, root=root), other))
    elsewhere = signed(Checkpoint(origin="taliq/else", size=1, root=kept.root), other)
    for note, error in ((elsewhere, NotFound), ("no head", Invalid)):
        with pytest.raises(error):
            audit.prove_growth(newsroom.desk, OPERATOR, note)
    with pytest.raises(Forbidden):
        audit.prove_growth(newsroom.desk, newsroom.moderator, kept.note)


def rewritten(connection: Connection, newsroom: Newsroom) -> None:
    """All of the site's log sealed anew by its own code, as if somebody else had decided the first comment."""
    log_id = newsroom.site.id
    rows = connection.execute(
        text("SELECT type, actor, subject, at, body FROM audit_events WHERE log_id = :log ORDER BY position"),
        {"log": log_id},
    ).all()
    connection.execute(text("DELETE FROM audit_events WHERE log_id = :log"), {"log": log_id})
    connection.execute(
        text("UPDATE logs SET size = 0, frontier = :none, root = :root WHERE id = :log"),
        {"none": b"", "root": EMPTY_ROOT, "log": log_id},
    )
    events = [
        Event(type=EventType(row.type), actor="moderator:else", subject=row.subject, at=newsroom.clock(), data={})
        for row in rows
    ]
    LogStore(connection).append(log_id, events)
    # The last statements wait for the next one, which in the application is the commit.
    flush(connection)


def test_a_history_written_anew_does_not_extend_a_head_that_was_kept(
    newsroom: Newsroom, backend: str, database_url: str
) -> None:
    newsroom.say()
    kept = head(newsroom)
    newsroom.say("later")
    with behind(backend, database_url) as connection:
        rewritten(connection, newsroom)
    assert broken(newsroom) is BreakKind.FORKED
    with behind(backend, database_url) as connection:
        connection.execute(text("DELETE FROM checkpoints"))
    # Whoever holds the database can make it fit itself; only what left the machine tells.
    assert broken(newsroom) is None
    assert broken(newsroom, kept) is BreakKind.FORKED


def test_a_log_cut_off_at_the_end_is_shorter_than_its_head(newsroom: Newsroom, backend: str, database_url: str) -> None:
    newsroom.say()
    with newsroom.desk.read() as uow:
        before = next(one for one in uow.log.heads() if one.log_id == newsroom.site.id)
        frontier = StoredTree(uow.log, before.log_id).frontier(before.size)
    newsroom.say("later")
    kept = head(newsroom)
    with behind(backend, database_url) as connection:
        given = {"log": before.log_id, "size": before.size, "root": before.root, "frontier": frontier.to_bytes()}
        connection.execute(text("DELETE FROM audit_events WHERE log_id = :log AND position >= :size"), given)
        connection.execute(text("DELETE FROM checkpoints"))
        connection.execute(
            text("UPDATE logs SET size = :size, root = :root, frontier = :frontier WHERE id = :log"), given
        )
    assert broken(newsroom) is None
    assert broken(newsroom, kept) is BreakKind.REMOVED


def test_a_stored_head_signed_by_another_key_is_found(
    newsroom: Newsroom, backend: str, database_url: str, tmp_path: Path
) -> None:
    newsroom.say()
    made = audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    other = signed(Checkpoint(origin=ORIGIN, size=made.size, root=made.root), KeyFile(tmp_path / "other.key"))
    with behind(backend, database_url) as connection:
        connection.execute(text("UPDATE checkpoints SET note = :note"), {"note": other})
    assert broken(newsroom) is BreakKind.CHECKPOINT


def test_a_stored_head_that_somebody_changed_is_not_laid_to_the_events(
    newsroom: Newsroom, backend: str, database_url: str
) -> None:
    newsroom.say()
    audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    newsroom.say("later")
    with behind(backend, database_url) as connection:
        connection.execute(text("UPDATE checkpoints SET root = :root"), {"root": bytes(32)})
    assert broken(newsroom) is BreakKind.CHECKPOINT


def test_only_known_keys_and_logs_count(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.say()
    made = audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    other = KeyFile(tmp_path / "other.key")
    same = Checkpoint(origin=ORIGIN, size=made.size, root=made.root)
    with pytest.raises(Invalid, match="bad_signature"):
        found(newsroom, signed(same, other))
    trusted = Verifier(name=ORIGIN, public_key=other.public_key)
    one = found(newsroom, signed(same, other), trusted=(trusted,))
    assert one is not None
    assert one.ok
    with pytest.raises(Invalid, match="unknown_log"):
        found(newsroom, signed(replace(same, origin="taliq/else"), other))


# What somebody may do to one event behind the triggers; each takes the connection, the log and a position.
Tampering = Callable[[Connection, int, int, random.Random], None]


def _flip(connection: Connection, log: int, at: int, chance: random.Random) -> None:
    column = chance.choice(["body", "leaf", "subtree"])
    row = connection.execute(
        text(f"SELECT {column} AS found FROM audit_events WHERE log_id = :log AND position = :at"),  # noqa: S608
        {"log": log, "at": at},
    ).one()
    was = row.found.encode() if isinstance(row.found, str) else bytes(row.found)
    spot = chance.randrange(len(was))
    # Within a letter's lower bits, so that the text stays text.
    now = was[:spot] + bytes([was[spot] ^ 1 << chance.randrange(4)]) + was[spot + 1 :]
    value = now.decode("utf-8", "replace") if column == "body" else now
    connection.execute(
        text(f"UPDATE audit_events SET {column} = :value WHERE log_id = :log AND position = :at"),  # noqa: S608
        {"value": value, "log": log, "at": at},
    )


def _delete(connection: Connection, log: int, at: int, chance: random.Random) -> None:
    connection.execute(text("DELETE FROM audit_events WHERE log_id = :log AND position = :at"), {"log": log, "at": at})


def _insert(connection: Connection, log: int, at: int, chance: random.Random) -> None:
    """A copy of an event at the end of the log."""
    connection.execute(
        text(
            "INSERT INTO audit_events SELECT log_id, (SELECT size FROM logs WHERE id = :log), type, actor, subject, "
            "machine, at, body, leaf, subtree FROM audit_events WHERE log_id = :log AND position = :at"
        ),
        {"log": log, "at": at},
    )


def _swap(connection: Connection, log: int, at: int, chance: random.Random) -> None:
    other = at + 1 if at == 0 else at - 1
    for now, then in ((at, -1), (other, at), (-1, other)):
        connection.execute(
            text("UPDATE audit_events SET position = :then WHERE log_id = :log AND position = :now"),
            {"log": log, "now": now, "then": then},
        )


def _reseal(connection: Connection, log: int, at: int, chance: random.Random) -> None:
    """The event replaced by another that hashes well, with the head that would be right at its place."""
    leaves = connection.execute(
        text("SELECT leaf FROM audit_events WHERE log_id = :log AND position < :at ORDER BY position"),
        {"log": log, "at": at},
    ).scalars()
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(bytes(leaf))
    event = Event(type=EventType.COMMENT_DECIDED, actor="moderator:else", subject="comment:1", at=START, data={})
    [made] = seal([event], frontier, log_id=log)
    given = {
        "body": made.body,
        "type": str(made.type),
        "actor": made.actor,
        "subject": made.subject,
        "moment": round(START.timestamp() * 1000),
        "leaf": made.leaf,
        "subtree": made.subtree,
    }
    columns = ", ".join(f"{'at' if name == 'moment' else name} = :{name}" for name in given)
    change = f"UPDATE audit_events SET {columns} WHERE log_id = :log AND position = :at"  # noqa: S608
    connection.execute(text(change), given | {"log": log, "at": at})


def _head(connection: Connection, log: int, at: int, chance: random.Random) -> None:
    connection.execute(text("UPDATE logs SET root = :root WHERE id = :log"), {"root": chance.randbytes(32), "log": log})


TAMPERINGS: tuple[Tampering, ...] = (_flip, _flip, _delete, _insert, _swap, _reseal, _head)


@pytest.fixture
def tamperings() -> int:
    return amount(70, full=1_000)


def test_whatever_is_done_behind_the_triggers_is_found(
    newsroom: Newsroom, backend: str, database_url: str, tamperings: int
) -> None:
    newsroom.submit(*[incoming(f"civil {number}") for number in range(70)])
    chance = random.Random(20261124)
    assert broken(newsroom) is None
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with behind(backend, database_url):
        pass
    for number in range(tamperings):
        tamper, at = TAMPERINGS[number % len(TAMPERINGS)], chance.randrange(60)
        with engine.connect() as connection, connection.begin() as transaction:
            tamper(connection, newsroom.site.id, at, chance)
            log = LogStore(connection)
            stored = next(one for one in log.heads() if one.log_id == newsroom.site.id)
            claim = Claim(size=stored.size, root=stored.root)
            wrong = first_break(log.rows(newsroom.site.id), claim, log_id=newsroom.site.id)
            assert wrong is not None, (tamper.__name__, at)
            transaction.rollback()
    engine.dispose()
    assert broken(newsroom) is None


def test_each_log_is_signed_when_it_grew(newsroom: Newsroom) -> None:
    first = audit.checkpoint_all(newsroom.desk, OPERATOR)
    assert ({one.log_id for one in first.made}, first.forked) == ({0, newsroom.site.id}, ())
    assert audit.checkpoint_all(newsroom.desk, OPERATOR) == replace(first, made=())
    newsroom.say()
    [one] = audit.checkpoint_all(newsroom.desk, OPERATOR).made
    assert one.log_id == newsroom.site.id
    known = {made.log_id: made.size for made in first.made}
    assert audit.made_since(newsroom.desk, OPERATOR, known) == [one]
    assert len(audit.made_since(newsroom.desk, OPERATOR, {})) == 3


def test_what_does_not_extend_its_last_head_is_taken_out_and_not_signed(
    newsroom: Newsroom, backend: str, database_url: str
) -> None:
    newsroom.say()
    made = audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    newsroom.say("later")
    with behind(backend, database_url) as connection:
        where = f"log_id = {newsroom.site.id} AND position = {made.size - 1}"
        change = f"UPDATE audit_events SET leaf = :wrong, subtree = :wrong WHERE {where}"  # noqa: S608
        connection.execute(text(change), {"wrong": bytes(32)})
    for act in (
        lambda: audit.checkpoint(newsroom.desk, OPERATOR, site=SITE),
        lambda: audit.prove(newsroom.desk, OPERATOR, 0, site=SITE),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.fields == {"what": "forked"}
    assert audit.checkpoint_all(newsroom.desk, OPERATOR).forked == (ORIGIN,)
    taken = audit.export(newsroom.desk, OPERATOR, site=SITE)
    assert (taken.note, len(list(taken.rows))) == ("", made.size + 2)


def test_a_changed_event_is_not_proven(newsroom: Newsroom, backend: str, database_url: str) -> None:
    newsroom.say()
    with behind(backend, database_url) as connection:
        where = f"log_id = {newsroom.site.id} AND position = 1"
        connection.execute(text(f"UPDATE audit_events SET body = '{{}}' WHERE {where}"))  # noqa: S608
    with pytest.raises(Conflict):
        audit.prove(newsroom.desk, OPERATOR, 1, site=SITE)


def test_a_decision_has_its_event(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude")
    decided = review.decide(
        newsroom.desk, newsroom.moderator, receipt.id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE]
    )
    site, position = audit.place_of(newsroom.desk, OPERATOR, decided.id)
    extra = audit.prove(newsroom.desk, OPERATOR, position, site=site).split("\n")[1]
    assert f'"decision":"{decided.id}"' in base64.b64decode(extra.removeprefix("extra ")).decode()
    with pytest.raises(NotFound):
        audit.place_of(newsroom.desk, OPERATOR, 1)


def test_a_key_under_another_name_says_nothing_of_this_log(newsroom: Newsroom, tmp_path: Path) -> None:
    other = KeyFile(tmp_path / "other.key")
    made = audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    text_ = Checkpoint(origin=ORIGIN, size=made.size, root=made.root).text()
    by = Verifier(name="another/log", public_key=other.public_key)
    coded = base64.b64encode(by.key_hash + other.sign(text_.encode())).decode()
    note = f"{text_}\n— another/log {coded}\n"
    with pytest.raises(Invalid, match="bad_signature"):
        found(newsroom, note, trusted=(by,))


def test_no_site_goes_by_the_name_of_the_desks_own_log(newsroom: Newsroom) -> None:
    with pytest.raises(Conflict):
        accounts.add_site(newsroom.desk, OPERATOR, name="desk", title="Desk")


def test_who_may_have_what_signed(newsroom: Newsroom) -> None:
    for caller in (newsroom.moderator, newsroom.people[Role.EDITOR], newsroom.key):
        for ask in (
            lambda: audit.checkpoint(newsroom.desk, caller, site=SITE),  # noqa: B023
            lambda: audit.checkpoint_all(newsroom.desk, caller),  # noqa: B023
            lambda: audit.prove(newsroom.desk, caller, 0, site=SITE),  # noqa: B023
            lambda: audit.keys(newsroom.desk, caller),  # noqa: B023
            lambda: audit.made_since(newsroom.desk, caller, {}),  # noqa: B023
            lambda: audit.place_of(newsroom.desk, caller, 1),  # noqa: B023
        ):
            with pytest.raises(Forbidden):
                ask()


def test_reading_a_log_that_was_never_signed_needs_no_key(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.say()
    (tmp_path / "broken.key").write_text("nothing")
    desk = replace(newsroom.desk, signer=KeyFile(tmp_path / "broken.key"))
    assert all(one.ok for one in audit.verify(desk, OPERATOR))
    with pytest.raises(Unavailable):
        audit.checkpoint(desk, OPERATOR, site=SITE)
