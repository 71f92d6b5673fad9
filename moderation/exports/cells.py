"""Cells of a spreadsheet that say what they hold and compute nothing."""

import re

# What makes Excel, LibreOffice and Google Sheets take a cell for a formula (OWASP, "CSV Injection"), also behind white
# space that an import may trim, and in the full-width forms that an East Asian Excel reads as the plain ones.
_FORMULA = re.compile(r"[\t\r\n\0]|\s*[=+\-@＝＋－＠]")
# Where semicolons part the cells, as in Excel wherever the comma is the decimal sign, one within a cell begins the
# next, and so does the end of a line: quotes count at a cell's beginning alone. A smile is none: ;-)
_NEXT = re.compile(r"([;\t\r\n][\s\"]*+)((?!-\))(?=[=+\-@＝＋－＠]))?")


def defused(cell: object) -> object:
    """Text that a spreadsheet could run gets an apostrophe in front; numbers and everything else stay as they are."""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return "'" + cell
    return cell


def defused_in_csv(cell: object) -> object:
    """The same for a file whose reader may part it elsewhere than at our commas."""
    return defused(_NEXT.sub(_parted, cell) if isinstance(cell, str) else cell)


def _parted(found: re.Match[str]) -> str:
    return found[1] if found[2] is None else found[1] + "'"
