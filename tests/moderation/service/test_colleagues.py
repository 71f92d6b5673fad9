"""What colleagues call each other: names for people to see, which the log does not keep."""

from __future__ import annotations

import pytest

from moderation.audit import EventType
from moderation.errors import Invalid, NotFound
from moderation.roles import Role
from moderation.service import accounts, audit, colleagues
from tests.builders import OPERATOR, Newsroom


def test_colleagues_are_known_by_name_unless_two_share_it(newsroom: Newsroom) -> None:
    for account in ("amal.s", "amal.t"):
        accounts.add_staff(newsroom.desk, OPERATOR, name=account, display_name="أمل", role=Role.MODERATOR)
    accounts.deactivate(newsroom.desk, OPERATOR, "moderator-2")
    known = colleagues.names(newsroom.desk, newsroom.moderator)
    assert (known["editor-1"], known["moderator-2"]) == ("Editor", "Second")
    assert not {"amal.s", "amal.t"} & set(known)


def test_a_name_is_changed_and_the_log_keeps_none(newsroom: Newsroom) -> None:
    for _ in range(2):
        colleagues.rename(newsroom.desk, newsroom.admin, "moderator-2", "سارة\u200f عمر")
    assert colleagues.names(newsroom.desk, newsroom.moderator)["moderator-2"].endswith("عمر")
    told = [
        one
        for one in audit.events(newsroom.desk, newsroom.admin, site=None, limit=100).rows
        if one.type == EventType.STAFF_RENAMED
    ]
    assert len(told) == 1
    assert "عمر" not in told[0].body


@pytest.mark.parametrize(("wanted", "reason"), [(" \u200f ", "missing"), ("ن" * 500, "too_long")])
def test_what_is_no_name(newsroom: Newsroom, wanted: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        colleagues.rename(newsroom.desk, newsroom.admin, "moderator-2", wanted)
    with pytest.raises(NotFound):
        colleagues.rename(newsroom.desk, newsroom.admin, "nobody", "Somebody")
