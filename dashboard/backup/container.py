"""The inside of a backup: a tar that any tar opens. `manifest.json` comes first, then the key files, then each table's
rows as Parquet files of a few megabytes, then `checksums.json` over all of them."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from moderation import backup
from moderation.backup import Manifest
from moderation.errors import Invalid
from moderation.ports import Piece

_MANIFEST, _CHECKSUMS, _KEYS, _TABLES = "manifest.json", "checksums.json", "keys/", "tables/"
# Far above what is written; who made the file may have meant us to run out of memory.
_LARGEST = 512 * 1024 * 1024
# Of a table's file, which may be packed a thousand times smaller than what it says; what is read at once of it.
_MOST_ROWS, _AT_ONCE = 200_000, 1_000
_TYPES = {"integer": pa.int64(), "real": pa.float64(), "boolean": pa.bool_(), "bytes": pa.binary(), "text": pa.string()}


def packed(manifest: Manifest, keys: Mapping[str, bytes], pieces: Iterable[Piece]) -> Iterator[bytes]:
    sums: dict[str, str] = {}
    for name, content in _members(manifest, keys, pieces):
        sums[name] = sha256(content).hexdigest()
        yield _member(name, content)
    yield _member(_CHECKSUMS, json.dumps(sums, indent=1).encode())
    # Two empty blocks end a tar.
    yield bytes(2 * tarfile.BLOCKSIZE)


def _members(manifest: Manifest, keys: Mapping[str, bytes], pieces: Iterable[Piece]) -> Iterator[tuple[str, bytes]]:
    yield _MANIFEST, backup.written(manifest)
    for name in manifest.keys:
        yield _KEYS + name, keys[name]
    for number, piece in enumerate(pieces):
        yield f"{_TABLES}{number:06}-{piece.table}.parquet", _parquet(piece)


def _member(name: str, content: bytes) -> bytes:
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(content), 0o600
    return about.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)


def _parquet(piece: Piece) -> bytes:
    shape = pa.schema([(name, _TYPES[kind]) for name, kind in piece.columns.items()])
    columns = [pa.array(values, field.type) for values, field in zip(zip(*piece.rows, strict=True), shape, strict=True)]
    made = io.BytesIO()
    pq.write_table(pa.table(columns, schema=shape), made, compression="zstd")
    return made.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`pieces` can be read once; it raises Invalid(field="backup") for what is damaged, at the latest at its end."""

    manifest: Manifest
    keys: Mapping[str, bytes]
    pieces: Iterator[Piece]


def unpacked(source: BinaryIO) -> Opened:
    """Invalid(field="backup"): `foreign` for any other tar, `damaged` for one that ends too early or was changed."""
    sums: dict[str, str] = {}
    members = _read(source, sums)
    manifest = backup.read(_first(members))
    keys = {key: _expected(next(members, ("", b"")), _KEYS + key) for key in manifest.keys}
    return Opened(manifest=manifest, keys=keys, pieces=_pieces(members, sums))


def _first(members: Iterator[tuple[str, bytes]]) -> bytes:
    try:
        name, content = next(members, ("", b""))
    except Invalid as error:
        raise Invalid(field="backup", reason="foreign") from error
    if name != _MANIFEST:
        raise Invalid(field="backup", reason="foreign")
    return content


def _expected(member: tuple[str, bytes], name: str) -> bytes:
    if member[0] != name:
        raise Invalid(field="backup", reason="damaged", member=name)
    return member[1]


def _read(source: BinaryIO, sums: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each member, whose checksums are noted as they go by."""
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() and member.size <= _LARGEST else None
                if file is None:
                    raise Invalid(field="backup", reason="damaged", member=member.name)
                content = file.read()
                if len(content) != member.size:
                    raise Invalid(field="backup", reason="damaged", member=member.name)
                if member.name != _CHECKSUMS:
                    sums[member.name] = sha256(content).hexdigest()
                yield member.name, content
                # What was read is done with; the library would keep a list of all.
                tar.members = []  # type: ignore[attr-defined]
    except (tarfile.TarError, EOFError) as error:
        raise Invalid(field="backup", reason="damaged") from error


def _pieces(members: Iterator[tuple[str, bytes]], sums: Mapping[str, str]) -> Iterator[Piece]:
    for name, content in members:
        if name == _CHECKSUMS:
            _check(content, sums)
            break
        yield _piece(name, content)
    else:
        raise Invalid(field="backup", reason="damaged")
    if next(members, None) is not None:
        raise Invalid(field="backup", reason="damaged")


def _check(content: bytes, sums: Mapping[str, str]) -> None:
    try:
        same = json.loads(content) == sums
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise Invalid(field="backup", reason="damaged", member=_CHECKSUMS)


def _piece(name: str, content: bytes) -> Piece:
    table = name.removeprefix(_TABLES).partition("-")[2].removesuffix(".parquet")
    kinds = {type_: kind for kind, type_ in _TYPES.items()}
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        columns = {field.name: kinds[field.type] for field in file.schema_arrow}
        if file.metadata.num_rows > _MOST_ROWS or len(columns) != len(file.schema_arrow):
            raise ValueError(name)
        rows = list(_rows(file))
    except (pa.ArrowException, KeyError, OSError, ValueError) as error:
        raise Invalid(field="backup", reason="damaged", member=name) from error
    return Piece(table=table, columns=columns, rows=rows)


def _rows(file: pq.ParquetFile) -> Iterator[tuple[object, ...]]:
    size = 0
    for batch in file.iter_batches(batch_size=_AT_ONCE):
        size += batch.nbytes
        if size > _LARGEST:
            raise ValueError(size)
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
