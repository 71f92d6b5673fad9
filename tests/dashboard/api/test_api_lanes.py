"""Comments sent one by one at the same time share a transaction, and nobody's trouble."""

import asyncio

import pytest

from dashboard.api.lanes import MOST, Lanes
from moderation.errors import Invalid, Unavailable
from moderation.roles import Key
from tests.builders import incoming

MINE, THEIRS = Key(secret_hash="a"), Key(secret_hash="b")


class Transactions:
    """Notes what was stored together. The first takes until it is let go, so that others gather behind it."""

    def __init__(self):
        self.stored = []
        self.open = asyncio.Event()
        self.fails = lambda ids: None

    async def __call__(self, items):
        ids = [item.external_id for item in items]
        self.stored.append(ids)
        await self.open.wait()
        trouble = self.fails(ids)
        if trouble is not None:
            raise trouble
        return [f"receipt of {external_id}" for external_id in ids]


async def gathered(count, transactions, *, key=MINE, lanes=None):
    lanes = lanes or Lanes()
    sent = [
        asyncio.create_task(lanes.submit(key, incoming(external_id=str(number)), transactions))
        for number in range(count)
    ]
    for _ in range(3):
        await asyncio.sleep(0)
    return sent


async def results_of(count, *, fails=lambda ids: None):
    transactions = Transactions()
    transactions.fails = fails
    first = await gathered(1, transactions, lanes=(lanes := Lanes()))
    rest = await gathered(count, transactions, lanes=lanes)
    transactions.open.set()
    told = await asyncio.gather(*first, *rest, return_exceptions=True)
    return told, transactions.stored, lanes


@pytest.mark.parametrize(("count", "sizes"), [(0, [1]), (1, [1, 1]), (5, [1, 5]), (MOST + 1, [1, MOST, 1])])
def test_what_arrives_meanwhile_goes_together(count, sizes):
    told, stored, _ = asyncio.run(results_of(count))
    assert [len(ids) for ids in stored] == sizes
    assert told == [f"receipt of {number}" for number in [0, *range(count)]]


def test_one_that_cannot_be_stored_spoils_nothing_for_the_others():
    def fails(ids):
        return Invalid(field="body", reason="x") if "2" in ids else None

    told, _, _ = asyncio.run(results_of(4, fails=fails))
    assert [type(result) for result in told] == [str, str, str, Invalid, str]


def test_a_trouble_of_all_is_told_to_all_without_trying_each():
    told, stored, _ = asyncio.run(results_of(4, fails=lambda ids: Unavailable()))
    assert {type(result) for result in told} == {Unavailable}
    assert len(stored) == 2


def test_a_lane_is_gone_when_nothing_waits_in_it():
    _, _, lanes = asyncio.run(results_of(3))
    assert lanes._lanes == {}


def test_one_that_stopped_asking_holds_nobody_up():
    async def scene():
        transactions = Transactions()
        sent = await gathered(3, transactions)
        sent[1].cancel()
        transactions.open.set()
        return await asyncio.gather(*sent, return_exceptions=True)

    told = asyncio.run(scene())
    assert told[0] == "receipt of 0"
    assert told[2] == "receipt of 2"


def test_keys_do_not_share():
    async def scene():
        transactions, lanes = Transactions(), Lanes()
        sent = await gathered(2, transactions, lanes=lanes) + await gathered(2, transactions, key=THEIRS, lanes=lanes)
        transactions.open.set()
        await asyncio.gather(*sent)
        return transactions.stored

    assert sorted(len(ids) for ids in asyncio.run(scene())) == [2, 2]
