"""Usage and wrong arguments are told in the terminal's language, as all else is."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dashboard.i18n import catalog

_COMMAND = "import sys; from dashboard.cli.main import main; sys.exit(main())"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("site", "add"), "خطأ: ينقص المعطى 'NAME'."),
        (("nonsense",), "خطأ: لا أمر باسم 'nonsense'."),
        (("staff", "add", "x", "--role", "king"), "'king' ليس من القيم الممكنة: 'moderator'"),
        (("--help",), "عرض هذه الرسالة والخروج."),
    ],
)
def test_under_an_arabic_locale_click_speaks_arabic(arguments: tuple[str, ...], said: str) -> None:
    environment = os.environ | {"LC_ALL": "ar_EG.UTF-8", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", _COMMAND, *arguments], env=environment, capture_output=True, text=True)
    assert said in done.stdout + done.stderr
    assert "Error" not in done.stderr


def test_click_still_says_what_is_translated() -> None:
    said = set[str]()
    for path in Path(str(click.__file__)).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    assert not [entry for key, entry in catalog("en").items() if key.startswith("click.") and entry not in said]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_help_that_cannot_be_written_is_told() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", _COMMAND, "--help"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (
        1,
        "Error: The disk is full. Make room, then run the same command again.\n",
    )


def test_a_group_lists_its_commands_by_whole_sentences() -> None:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "COLUMNS": "50"}
    command = [sys.executable, "-c", _COMMAND, "staff", "--help"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True).stdout
    assert "without --password they sign in by the link that is printed." in " ".join(said.split())
    assert "..." not in said.partition("Commands:")[2]
