"""The tree's own sources, as these tests read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("moderation", "db", "dashboard", "streamlit_app.py")


@dataclass(frozen=True)
class Module:
    path: str
    name: str
    tree: ast.Module

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full name of everything imported, wherever in the file; of `from a import b` both a and a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node.lineno, f"{self._origin(node)}.{alias.name}") for alias in node.names)

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return str(node.module)
        package = self.name.split(".")[: -node.level]
        return ".".join([*package, *([node.module] if node.module else [])])


@cache
def files() -> tuple[str, ...]:
    """Every file of the tree that is committed or could be, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = listed.stdout.splitlines() if listed.returncode == 0 else _walked()
    return tuple(sorted(path for path in set(found) if (ROOT / path).is_file()))


def _walked() -> list[str]:
    """Without git, as in an unpacked archive: all but what the tools leave behind."""
    left = {".venv", "var", "build", "dist", "__pycache__"}
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    kept = [path for path in paths if not left & set(path.parts) and "cache" not in path.parts[0]]
    return [str(path) for path in kept if path.suffix not in (".nbi", ".nbc", ".pyc") and ".egg-info" not in str(path)]


@cache
def modules(*places: str) -> tuple[Module, ...]:
    return tuple(
        Module(path=path, name=_name(path), tree=ast.parse((ROOT / path).read_text(encoding="utf-8"), path))
        for path in files()
        if path.endswith(".py") and any(path == place or path.startswith(f"{place}/") for place in places)
    )


def _name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
