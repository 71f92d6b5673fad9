"""Signed heads leave the machine: made while the log grows, written to a folder, posted to an address."""

from __future__ import annotations

import asyncio
import logging
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from dashboard.settings import Settings
from moderation.checkpoint import Stored, origin_of
from moderation.roles import Operator
from moderation.service import audit
from moderation.service.desk import Desk

_SIGNER = Operator(name="checkpoints")
_PATIENCE = 10
_LOG = logging.getLogger(__name__)


async def keep_signing(desk: Callable[[], Desk], settings: Settings) -> None:
    """Until it is cancelled. What goes wrong is told in the log and tried again the next time."""
    undelivered: list[Stored] = []
    while True:
        await asyncio.sleep(60 * settings.checkpoint_minutes)
        try:
            undelivered = await asyncio.to_thread(sign_and_deliver, desk(), settings, undelivered)
        except Exception:
            _LOG.exception("The heads of the logs could not be signed; they will be in the next round.")


def sign_and_deliver(desk: Desk, settings: Settings, undelivered: Sequence[Stored] = ()) -> list[Stored]:
    """Sign the logs that grew, and deliver those heads and the earlier ones that did not arrive; what is left over."""
    waiting = [*undelivered, *audit.checkpoint_all(desk, _SIGNER)]
    return [made for made in waiting if not _delivered(made, settings)]


def _delivered(made: Stored, settings: Settings) -> bool:
    try:
        if settings.checkpoint_folder is not None:
            _write(made, settings.checkpoint_folder)
        if settings.checkpoint_url:
            _post(made.note, settings.checkpoint_url)
    except OSError as error:
        _LOG.warning("A signed head was not delivered and will be tried again: %s", error)
        return False
    return True


def _write(made: Stored, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{origin_of(made.note).replace('/', '-')}-{made.size}.checkpoint.txt"
    part = folder / f".{name}.part"
    part.write_text(made.note, encoding="utf-8")
    part.replace(folder / name)


def _post(note: str, url: str) -> None:
    # The setting takes http and https only.
    request = urllib.request.Request(  # noqa: S310
        url, data=note.encode(), headers={"Content-Type": "text/plain; charset=utf-8"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE):  # noqa: S310
        pass
