"""Every use case refuses whom the table does not name, whatever a page or a route has let by."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

import moderation.service
from moderation.errors import Forbidden, ModerationError, Unauthenticated
from moderation.roles import Caller, Key, Role, Session
from moderation.service import accounts, settings
from tests.access.use_cases import BY_OTHERS, USE_CASES, WITHOUT_A_CALLER, Row
from tests.access.who import STRANGERS, Kind, Who
from tests.builders import OPERATOR, SITE, Newsroom, sign_in


@pytest.fixture
def backend() -> str:
    """The same question is asked on both databases; what it reads is tested on both by the stores' tests."""
    return "sqlite"


def callers(newsroom: Newsroom) -> dict[Who, Caller]:
    """One of every kind, each with credentials of its own."""
    desk = newsroom.desk
    accounts.add_staff(desk, OPERATOR, name="gone", display_name="Gone", role=Role.ADMIN)
    gone, ended = sign_in(desk, "gone"), sign_in(desk, "admin-1")
    accounts.deactivate(desk, OPERATOR, "gone")
    accounts.sign_out(desk, ended)
    key, secret = settings.issue_key(desk, OPERATOR, site=SITE, name="revoked")
    settings.revoke_key(desk, OPERATOR, key.id)
    return {
        Kind.NOBODY: Session(token_hash="0" * 64),
        Kind.ENDED: ended,
        Kind.DEACTIVATED: gone,
        Kind.WRONG_KEY: Key(secret_hash="0" * 64),
        Kind.REVOKED_KEY: Key(secret_hash=accounts.token_hash(secret)),
        Kind.KEY: newsroom.key,
        # Each person anew for every row: signing out is one of them.
        **{role: sign_in(desk, f"{role}-1") for role in Role},
        Kind.OPERATOR: OPERATOR,
    }


def refusal(row: Row, newsroom: Newsroom, caller: Caller) -> type[ModerationError] | None:
    """How the use case turned the caller away; None if it did not, whatever came of it then."""
    try:
        made = row.use_case(newsroom.desk, caller, *row.args, **dict(row.kwargs))
        if isinstance(made, AbstractContextManager):
            with made:
                pass
    except (Forbidden, Unauthenticated) as error:
        return type(error)
    except (ModerationError, OSError):
        return None
    return None


@pytest.mark.parametrize("row", USE_CASES, ids=lambda row: row.name)
def test_who_may(newsroom: Newsroom, row: Row) -> None:
    found = {
        who: refusal(row, newsroom, caller)
        for who, caller in callers(newsroom).items()
        if isinstance(caller, Session) or not row.own
    }
    wanted = {who: None if who in row.open_to else Unauthenticated if who in STRANGERS else Forbidden for who in found}
    assert found == wanted


def public() -> Iterator[Callable[..., object]]:
    """What other layers can call with a desk; what takes a unit of work is a part of a use case, behind its check."""
    for found in pkgutil.iter_modules(moderation.service.__path__):
        module = importlib.import_module(f"moderation.service.{found.name}")
        for name, one in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(one) or one.__module__ != module.__name__:
                continue
            parameters = list(inspect.signature(one).parameters)
            if "uow" not in parameters and ("desk" in parameters or "caller" in parameters or name == "train"):
                yield one


def test_every_use_case_stands_in_the_table() -> None:
    told = {row.use_case for row in USE_CASES} | set(WITHOUT_A_CALLER) | set(BY_OTHERS)
    missing = {f"{one.__module__}.{one.__name__}" for one in public()} - {
        f"{one.__module__}.{one.__name__}" for one in told
    }
    assert missing == set(), "add a row to tests/access/use_cases.py"


def test_only_what_makes_or_needs_no_caller_has_none() -> None:
    without = {one for one in public() if "caller" not in inspect.signature(one).parameters}
    assert without == set(WITHOUT_A_CALLER)


def test_no_row_is_told_twice() -> None:
    # One use case may stand twice, where it asks for more with other arguments.
    told = [(row.name, repr(row.args), repr(row.kwargs)) for row in USE_CASES]
    assert len(told) == len(set(told))
