"""What every use case is given: storage, the clock, ids, chance, the classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.checkpoint import Signer
from moderation.ports import Begin, Checkers, Codes, Passwords
from moderation.score import Scorer


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`begin` opens a transaction that may write, `read` one that may not. `now` is aware, in whole milliseconds.

    `shadow` gives the model that runs beside `scorer` without effect, if there is one now.

    `alike` groups near-identical folded texts by their places, the largest group first.

    `checkers` share the check of a long log; without them one process does it all.

    `shared_accounts`: the sites share their readers' accounts, so that one id is one person on all of them.

    `signer` signs the heads of the logs; `codes` are those of second factors.

    `new_id` grows with time and is unique across processes; `new_ids` gives so many, in their order. `token` gives 256
    random bits, URL-safe; `salt` 16 bytes, `salts` so many of them.
    """

    begin: Begin
    read: Begin
    now: Callable[[], datetime]
    new_id: Callable[[], int]
    new_ids: Callable[[int], Sequence[int]]
    token: Callable[[], str]
    salt: Callable[[], bytes]
    salts: Callable[[int], Sequence[bytes]]
    scorer: Scorer
    shadow: Callable[[], Scorer | None]
    passwords: Passwords
    codes: Codes
    signer: Signer
    alike: Callable[[Sequence[str]], list[list[int]]]
    checkers: Checkers | None = None
    shared_accounts: bool = False
