"""Cells of a spreadsheet that say what they hold and compute nothing."""

import re

# What makes Excel, LibreOffice and Google Sheets take a cell for a formula (OWASP, "CSV Injection"), also behind white
# space that an import may trim, and in the full-width forms that an East Asian Excel reads as the plain ones.
_FORMULA = re.compile(r"[\t\r\n\0]|\s*[=+\-@＝＋－＠]")


def defused(cell: object) -> object:
    """Text that a spreadsheet could run gets an apostrophe in front; numbers and everything else stay as they are."""
    if isinstance(cell, str) and _FORMULA.match(cell):
        return "'" + cell
    return cell
