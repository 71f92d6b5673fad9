"""Commenters are found by the trigrams of their names, whatever becomes of these, and of nobody more is told."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from db.stores import _findable, commenters
from moderation.errors import Invalid
from moderation.retention import Kind
from moderation.service import accounts, intake, personal, retention, search
from moderation.text.finding import sought
from moderation.text.normalise import folded
from tests.builders import OPERATOR, SITE, START, Newsroom, incoming

DAYS = 200


def called(newsroom: Newsroom, **names: str) -> None:
    """One comment of each, all in one batch."""
    newsroom.submit(*[incoming(commenter_id=key, commenter_name=name) for key, name in names.items()])


def named(newsroom: Newsroom, query: str, *, site: str = SITE) -> list[str]:
    found = search.named(newsroom.desk, OPERATOR, site=site, words=sought(query))
    assert by_store(newsroom, query, site=site)[:8] == [one.external_id for one in found]
    return [one.external_id for one in found]


def by_store(newsroom: Newsroom, query: str, *, site: str = SITE) -> list[str]:
    with newsroom.desk.read() as uow:
        site_id = {one.name: one.id for one in uow.sites.all()}[site]
        return [one.external_id for one in uow.commenters.named(site_id, sought(query), limit=1_000)]


def is_true_to_the_table(newsroom: Newsroom) -> bool:
    """Whether FTS5's index holds what the table holds; PostgreSQL's is part of the table."""
    if newsroom.plant.engine.dialect.name != "sqlite":
        return True
    with newsroom.plant.engine.begin() as connection:
        try:
            connection.execute(text("INSERT INTO names_index (names_index, rank) VALUES ('integrity-check', 1)"))
        except DatabaseError:
            return False
    return True


# What of PostgreSQL's ways is off, so that it takes the other.
OFF = {"trigrams": ("seqscan", "indexscan", "indexonlyscan"), "order": ("bitmapscan",)}


@pytest.fixture(params=OFF)
def way(newsroom: Newsroom, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either of the two ways to a name."""
    if request.param == "order":
        monkeypatch.setattr(commenters, "_FEW", -1)
    engine = newsroom.plant.engine
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            for off in OFF[request.param]:
                connection.execute(text(f'ALTER DATABASE "{engine.url.database}" SET enable_{off} = off'))
        engine.dispose()


@pytest.mark.usefixtures("way")
def test_every_form_of_an_arabic_name_is_found_by_its_stem(newsroom: Newsroom) -> None:
    forms = ["كلب", "الكلب", "وكلب", "كَلبٌ", "كـــلب", "ڪلب", "كلاب", "قط"]
    called(newsroom, **{f"u{n}": name for n, name in enumerate(forms)})
    assert sorted(named(newsroom, "كلب")) == ["u0", "u1", "u2", "u3", "u4", "u5"]
    assert named(newsroom, "كَـلب") == named(newsroom, "كلب")
    assert named(newsroom, "كلبة") == []


@pytest.mark.usefixtures("way")
def test_all_words_must_be_in_a_name_and_the_short_count_as_well(newsroom: Newsroom) -> None:
    called(newsroom, u1="Omar al Sayed", u2="Sayed Omar", u3="Omarion")
    assert sorted(named(newsroom, "sayed OMAR")) == ["u1", "u2"]
    assert named(newsroom, "omar al") == ["u1"]
    assert named(newsroom, '"sayed omar"') == ["u2"]
    assert named(newsroom, "omar zz") == []
    with pytest.raises(Invalid):
        named(newsroom, "al")
    with newsroom.desk.read() as uow:
        assert [one.external_id for one in uow.commenters.named(newsroom.site.id, ["al"], limit=9)] == ["u1"]


@pytest.mark.usefixtures("way")
def test_they_come_in_the_order_of_their_names_and_those_of_one_name_in_that_of_their_coming(
    newsroom: Newsroom,
) -> None:
    called(newsroom, u1="Leila C", u2="Leila A")
    called(newsroom, u3="Leila B")
    for number in range(4, 12):
        called(newsroom, **{f"u{number}": "Leila B"})
    assert named(newsroom, "leila") == ["u2", *[f"u{number}" for number in range(3, 10)]]


@pytest.mark.usefixtures("way")
def test_what_means_something_to_a_database_is_a_name_like_another(newsroom: Newsroom) -> None:
    names = {
        "percent": "100% true",
        "stroke": "under_score",
        "slash": "either/or\\else",
        "quote": 'O\'Brien "the" AND* OR NOT NEAR(x)',
        "colon": "folded:^-{x y}",
        "plain": "100 percent, underscore",
    }
    called(newsroom, **names)
    asked = {
        "100%": ["percent"],
        "r_s": ["stroke"],
        "er/or": ["slash"],
        "or\\e": ["slash"],
        "o'b": ["quote"],
        "and* or not": ["quote"],
        "near(": ["quote"],
        "folded:": ["colon"],
        "^-{": ["colon"],
        "%_%": [],
        "_%_": [],
        "*) OR 1=1": [],
    }
    assert {query: named(newsroom, query) for query in asked} == asked
    with newsroom.desk.read() as uow:
        # A quote that `sought` would take for its own.
        assert [one.external_id for one in uow.commenters.named(newsroom.site.id, ['"the"'], limit=9)] == ["quote"]
        assert uow.commenters.named(newsroom.site.id, ['the" OR "x'], limit=9) == []


@pytest.mark.usefixtures("way")
def test_each_site_finds_its_own(newsroom: Newsroom) -> None:
    accounts.add_site(newsroom.desk, OPERATOR, name="other", title="Other")
    called(newsroom, here="Zubayda")
    there = incoming(commenter_id="there", commenter_name="Zubayda")
    intake.submit(newsroom.desk, OPERATOR, [there], site="other")
    assert named(newsroom, "zubayda") == ["here"]
    assert by_store(newsroom, "zubayda", site="other") == ["there"]


@pytest.mark.usefixtures("way")
def test_after_a_new_name_the_old_one_finds_nobody(newsroom: Newsroom) -> None:
    called(newsroom, u1="Zubayda", u2="Zubayda", u3="")
    called(newsroom, u1="Walrus", u3="Zubayda")
    assert named(newsroom, "walrus") == ["u1"]
    assert named(newsroom, "zubayda") == ["u2", "u3"]
    # Without a name it keeps the one that it has.
    called(newsroom, u1="")
    assert named(newsroom, "walrus") == ["u1"]
    assert is_true_to_the_table(newsroom)


@pytest.mark.usefixtures("way")
def test_who_is_erased_or_made_anonymous_is_found_no_more(newsroom: Newsroom) -> None:
    called(newsroom, erased="Zubayda", quiet="Zubayda", active="Zubayda")
    personal.erase(newsroom.desk, OPERATOR, "erased", site=SITE)
    assert sorted(named(newsroom, "zubayda")) == ["active", "quiet"]
    retention.set_days(newsroom.desk, OPERATOR, Kind.QUIET_COMMENTERS, DAYS)
    newsroom.clock.at = START + timedelta(days=DAYS, milliseconds=1)
    newsroom.say(commenter_id="active", created_at=newsroom.clock.at)
    retention.run(newsroom.desk, OPERATOR)
    assert named(newsroom, "zubayda") == ["active"]
    assert is_true_to_the_table(newsroom)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("goes", ["erased", "anonymous"])
def test_no_letters_of_a_name_that_went_are_left_in_the_index(newsroom: Newsroom, goes: str) -> None:
    called(newsroom, gone="Zubayda")
    called(newsroom, stays="Omar")
    assert (b"zub" in kept(newsroom), b"oma" in kept(newsroom)) == (True, True)
    if goes == "erased":
        personal.erase(newsroom.desk, OPERATOR, "gone", site=SITE)
    else:
        retention.set_days(newsroom.desk, OPERATOR, Kind.QUIET_COMMENTERS, DAYS)
        newsroom.clock.at = START + timedelta(days=DAYS, milliseconds=1)
        newsroom.say(commenter_id="stays", created_at=newsroom.clock.at)
        retention.run(newsroom.desk, OPERATOR)
    left = kept(newsroom)
    assert [one for one in (b"zub", b"uba", b"bay", b"ayd", b"yda") if one in left] == []
    assert b"oma" in left


def kept(newsroom: Newsroom) -> bytes:
    """The index as it lies in the database."""
    with newsroom.plant.engine.connect() as connection:
        return b"".join(connection.execute(text("SELECT block FROM names_index_data")).scalars())


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_names_the_index_is_true_to_them(
    newsroom: Newsroom, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    known: dict[str, str] = {}
    retention.set_days(newsroom.desk, OPERATOR, Kind.QUIET_COMMENTERS, DAYS)
    for _ in range(25):
        step = chance.random()
        if step < 0.75:
            given = {f"u{chance.randrange(30)}": name_by(chance) for _ in range(chance.randrange(1, 6))}
            newsroom.submit(
                *[
                    incoming(commenter_id=key, commenter_name=name, created_at=newsroom.clock.at)
                    for key, name in given.items()
                ]
            )
            known |= {key: name for key, name in given.items() if name or key not in known}
        elif step < 0.9 and known:
            personal.erase(newsroom.desk, OPERATOR, gone := chance.choice(sorted(known)), site=SITE)
            del known[gone]
        elif known:
            # Of half a year nobody is left but who writes now.
            newsroom.clock.advance(days=DAYS + 1)
            stays = chance.choice(sorted(known))
            newsroom.say(commenter_id=stays, created_at=newsroom.clock.at)
            retention.run(newsroom.desk, OPERATOR)
            known = {stays: known[stays]}
        word = folded(name_by(chance) or "abc")[:3]
        if len(word) == 3 and '"' not in word and " " not in word:
            having = sorted(key for key, name in known.items() if word in folded(name))
            found = by_store(newsroom, word)
            assert sorted(found) == having
            with monkeypatch.context() as patch:
                patch.setattr(commenters, "_FEW", -1)
                assert by_store(newsroom, word) == found
    assert is_true_to_the_table(newsroom)


def name_by(chance: random.Random) -> str:
    return "".join(chance.choice("اbكٌ %_'\"ß𝒜é") for _ in range(chance.choice((0, 3, 5, 9))))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_fills_the_tables_makes_both_indexes_anew(newsroom: Newsroom) -> None:
    called(newsroom, u1="Zubayda")
    with newsroom.plant.engine.begin() as connection:
        connection.execute(text("INSERT INTO names_index (names_index) VALUES ('delete-all')"))
        connection.execute(text("INSERT INTO search_index (search_index) VALUES ('delete-all')"))
    assert (named(newsroom, "zubayda"), is_true_to_the_table(newsroom)) == ([], False)
    with newsroom.plant.engine.begin() as connection:
        _findable.rebuild(connection)
    assert (named(newsroom, "zubayda"), is_true_to_the_table(newsroom)) == (["u1"], True)
    assert newsroom.plant.is_current()
