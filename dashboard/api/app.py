"""What the one process is made of, from the outside in, and how it starts and stops."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.types import ASGIApp
from streamlit import config

from dashboard import heaps, i18n, jobs, schedule, wiring
from dashboard import settings as deployment
from dashboard.api import theme
from dashboard.api.buckets import Buckets
from dashboard.api.doors import Doors
from dashboard.api.framing import Framing
from dashboard.api.front import Front
from dashboard.api.gate import Gate
from dashboard.api.headers import Headers
from dashboard.api.hosts import Hosts
from dashboard.api.messages import Messages
from dashboard.api.shell import Shell
from dashboard.clock import now

_log = logging.getLogger("taliq.settings")

# About a second of imports, paid before the first person instead of by them.
WARM = ("pandas", "altair", "pyarrow", "streamlit.elements.arrow", "streamlit.elements.vega_charts")
# The dashboard sends widgets' values, never files.
MAX_MESSAGE = 4 * 1024 * 1024
GRACE = 5


def middleware(front: Front | None = None) -> list[Middleware]:
    """Headers around everything; then length, host, our own routes, the gate, what Streamlit is told, its page."""
    front = front or _front()
    return [
        Middleware(Headers, secure=front.settings.secure_cookies),
        Middleware(Framing),
        Middleware(Hosts, allowed=front.settings.allowed_hosts, own=front.settings.host),
        Middleware(Doors, front=front),
        Middleware(Gate),
        Middleware(Messages),
        Middleware(Shell),
    ]


def _front() -> Front:
    settings = deployment.from_environment()
    return Front(
        desk=wiring.desk,
        is_current=lambda: wiring.plant().is_ready(),
        settings=settings,
        buckets=Buckets(settings.api_rate),
    )


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[dict[str, Any]]:
    logging.getLogger("uvicorn.access").addFilter(without_query)
    heaps.share()
    plant = await to_thread.run_sync(wiring.plant)
    await to_thread.run_sync(_start, plant)
    # What is loaded now stays for the process's life; unseen by the collector, it costs no pause at a click.
    gc.collect()
    gc.freeze()
    stopping = threading.Event()
    kept = asyncio.create_task(schedule.keep(jobs.of(plant), now, stopping))
    try:
        yield {}
    finally:
        stopping.set()
        kept.cancel()
        gc.unfreeze()
        await to_thread.run_sync(plant.close)


def _start(plant: wiring.Plant) -> None:
    i18n.set_digits(plant.settings.digits)
    for variable, lacking in deployment.without_effect(plant.settings):
        _log.warning("%s has no effect without %s", variable, lacking)
    if deployment.lacks_daily_backup(plant.settings):
        _log.warning("No backup is made each day: it needs both TALIQ_BACKUP_FOLDER and TALIQ_BACKUP_RECIPIENTS")
    plant.prepare()
    plant.scorer.warm()
    for name in WARM:
        importlib.import_module(name)
    theme.keep()


def without_query(record: logging.LogRecord) -> bool:
    """Uvicorn's access log, where it is on, shows paths only: a query may hold a sign-in link or a filter."""
    if isinstance(record.args, tuple) and len(record.args) == 5:
        client, method, path, *rest = record.args
        record.args = (client, method, str(path).partition("?")[0], *rest)
    return True


def anchor_configuration(launcher: Path) -> None:
    """Let Streamlit find `.streamlit/` beside the launcher, from whatever folder and by whatever server it was started.

    `streamlit run` does the same; under another server it would look beside the dashboard's script.
    """
    if config._main_script_path is None:
        config._main_script_path = str(launcher)


def serve(app: ASGIApp) -> None:
    """Run until stopped, at the address and port of the settings."""
    settings = deployment.from_environment()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # It would report its two lines of routine at each look at the database's shape.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        # A start that fails must end the process, not leave one that answers nothing.
        lifespan="on",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
