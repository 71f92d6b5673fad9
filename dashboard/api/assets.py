"""Style sheets, fonts and pictures under /assets/. They hold nothing secret, so the sign-in page can use them too."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from moderation.errors import NotFound

_API = Path(__file__).parent
# The dashboard's own files first, then those of the pages that this package draws.
ROOTS = (_API.parent / "static", _API / "assets")
_TYPES = {
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
# What our files are called; anything else need not be asked of the file system.
_NAME = re.compile(r"[A-Za-z0-9_./-]{1,200}")
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"


async def asset(request: Request) -> Response:
    path = _find(request.path_params["name"])
    content, tag = await to_thread.run_sync(_read, path, path.stat().st_mtime_ns)
    # Only an address that names the content's version can be kept for ever.
    headers = {"ETag": f'"{tag}"', "Cache-Control": _FOR_EVER if request.query_params.get("v") == tag else _FOR_A_DAY}
    if f'"{tag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=_type_of(path))


def url(name: str) -> str:
    """The address of an asset with its version, so that a new release is seen at once."""
    try:
        path = _find(name)
    except NotFound:
        return f"/assets/{name}"
    return f"/assets/{name}?v={_read(path, path.stat().st_mtime_ns)[1]}"


def _find(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise NotFound(what="asset")
    for root in ROOTS:
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.is_file():
            return path
    raise NotFound(what="asset")


@lru_cache(maxsize=64)
def _read(path: Path, changed_ns: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:16]


def _type_of(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
