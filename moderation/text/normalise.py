"""One spelling for the many spellings of a comment: for judging, repeats and word lists, never for display."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Final

# Letters that Unicode keeps apart and Arabic readers do not: families of alef, ya and ta marbuta that no
# decomposition joins, Persian, Urdu and Maghrebi letters that pass for an Arabic one, and the dotless forms that are
# used to slip past filters.
_LOOKALIKES: Final = {
    "ا": "ٱٲٳݳݴ",
    "ب": "ٮپٻڀ",
    "ت": "ټٹٺ",
    "ج": "چڄڃ",
    "ح": "ځڂڅ",
    "د": "ډڈڊ",
    "ر": "ړڑڒڕ",
    "ز": "ژڗ",
    "ف": "ڡڢڣڤڥڦ",
    "ق": "ٯڧڨ",
    "ك": "کڪګڬڭگڰݢݣݤ",
    "ل": "ڵڶڷ",
    "ن": "ںڹڻڼ",
    "ه": "ةھہۃەۿ",
    "و": "ۄۅۆۇۈۉۊۋۏ",
    "ي": "ىیۍێېےۑݷ",
    "'": "\u2018\u2019\u201a\u201b\u2032\u02bc\u0060",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    "": "\u0640\u0674",
    # Cyrillic, Greek and small capitals that pass for a Latin letter.
    "a": "\u0430\u03b1\u1d00",
    "b": "\u0432\u0299",
    "c": "\u0441\u1d04",
    "d": "\u0501\u1d05",
    "e": "\u0435\u03b5\u1d07",
    "g": "\u0261\u0262",
    "h": "\u04bb\u043d\u029c",
    "i": "\u0456\u03b9\u0131\u026a",
    "j": "\u0458\u1d0a",
    "k": "\u043a\u03ba\u1d0b",
    "l": "\u04cf\u029f",
    "m": "\u043c\u1d0d",
    "n": "\u03b7\u0274",
    "o": "\u043e\u03bf\u1d0f",
    "p": "\u0440\u03c1\u1d18",
    "r": "\u0280",
    "s": "\u0455\ua731",
    "t": "\u0442\u03c4\u1d1b",
    "u": "\u03c5\u1d1c",
    "v": "\u03bd\u1d20",
    "w": "\u051d\u1d21",
    "x": "\u0445\u03c7",
    "y": "\u0443\u028f",
    "z": "\u1d22",
}
_LETTER: Final = {variant: letter for letter, variants in _LOOKALIKES.items() for variant in variants}

# Letters in filled circles and squares have no decomposition: two alphabets of capitals.
_FILLED: Final = {first + place: chr(ord("a") + place) for first in (0x1F150, 0x1F170) for place in range(26)}

# Marks are invisible to a reader who skips them; format characters, surrogates and controls are invisible to everybody.
_DROPPED: Final = frozenset({"Mn", "Me", "Cf", "Cs", "Cc"})
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)

# Nothing folds beyond these two planes except the tag characters, which hide text inside an emoji flag.
FOLDED_PLANES: Final = 0x20000
TAGS: Final = range(0xE0000, 0xE1000)


def folded_character(character: str) -> str:
    """What one code point becomes: none, one or several characters, a space for any white space."""
    point = ord(character)
    if point >= FOLDED_PLANES:
        return "" if point in TAGS else character
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    if point in _FILLED:
        return _FILLED[point]
    plain = _without_marks(unicodedata.normalize("NFKD", character)).casefold()
    plain = _without_marks(unicodedata.normalize("NFKD", plain))
    return "".join(_LETTER.get(letter, letter) for letter in plain)


def _without_marks(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) not in _DROPPED and ord(c) not in _SKIN_TONES)


class _FoldingTable(dict[int, str]):
    """`str.translate` asks for each code point; it is worked out once and kept."""

    def __missing__(self, point: int) -> str:
        folding = folded_character(chr(point))
        if point < FOLDED_PLANES:
            self[point] = folding
        return folding


_TABLE: Final = _FoldingTable()
# Nine replacements of the commonest variants cost a fifth of one `translate`, which then is needed for few comments.
_COMMON: Final = tuple((letter, folded_character(letter)) for letter in "أإآةىؤئـ\n")
# All but these may need folding: ASCII without controls and the back quote (capitals are gone by then), the plain
# Arabic letters and punctuation marks, and the emoji that stand for themselves.
_FOREIGN: Final = re.compile(
    "[^ -_a-~ءابت-غف-هوي؟،؛\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001f6ff\U0001f900-\U0001f9ff]"
)
_RUN: Final = re.compile(r"(.)\1\1", re.DOTALL)
_LONG_RUN: Final = re.compile(r"([^0-9])\1\1+", re.DOTALL)
# Letters of print that are typed as two. Folded texts keep them, as those that are stored already do.
_PARTED: Final = {"œ": "oe", "æ": "ae"}
# The underscore stands between the words of a hashtag.
_TOKEN: Final = re.compile(r"[^\W_]+")
# Three and more of a sign count as one, as letters do.
_TOKEN_OR_SIGN: Final = re.compile(r"[^\W_]+|(?:([\u2190-\u2bff\U0001f000-\U0001faff])(?:\1\1+)?)")


def folded(text: str) -> str:
    """The text as a judge reads it; a text folded once stays as it is.

    Compatibility and presentation forms, capitals, diacritics, tatweel, bidi and zero-width characters, controls and
    lone surrogates are gone; the families of alef, ya, ta marbuta and hamza, Persian look-alikes and every script's
    digits have one form; three and more of a letter or mark (not of a digit) count as one, and white space as one
    space. The work grows with the length of the text alone, whatever it is made of.
    """
    # Whole-text normalisation sorts combining marks in quadratic time; a map of single code points cannot be stalled.
    text = text.lower()
    for variant, letter in _COMMON:
        text = text.replace(variant, letter)
    if _FOREIGN.search(text):
        text = text.translate(_TABLE)
    return shortened(" ".join(text.split()))


def shortened(text: str) -> str:
    """Three and more of a letter or mark, but not of a digit, as one."""
    return _LONG_RUN.sub(r"\1", text) if _RUN.search(text) else text


def tokens(folded_text: str, *, signs: bool = False) -> list[str]:
    """The words of a folded text: runs of letters and digits; with `signs`, each emoji and its like as well."""
    folded_text = parted(folded_text)
    if signs:
        return [found[0] for found in _TOKEN_OR_SIGN.finditer(folded_text)]
    return _TOKEN.findall(folded_text)


def parted(folded_text: str) -> str:
    """With two letters for each that is typed as two: what the tokens of a folded text are taken from."""
    for letter, parts in _PARTED.items():
        folded_text = folded_text.replace(letter, parts)
    return folded_text


def spans(line: str, *, signs: bool = False) -> list[tuple[int, int]]:
    """Where the tokens of a parted text stand."""
    return [found.span() for found in (_TOKEN_OR_SIGN if signs else _TOKEN).finditer(line)]


class Spelling:
    """The tokens of a text when it is folded, where its `line` has them (`spans`), and where the original.

    The line is the text folded but for white space and runs, which stay as long as they are.
    """

    def __init__(self, text: str, *, signs: bool = False) -> None:
        pieces = [_PARTED.get(piece, piece) for piece in map(_TABLE.__getitem__, map(ord, text))]
        self.line = "".join(pieces)
        self._ends = list(accumulate(map(len, pieces)))
        self.spans = spans(self.line, signs=signs)
        # A run of letters lies within one token, so that the tokens can be shortened one by one.
        found = [self.line[start:end] for start, end in self.spans]
        self.tokens = list(map(shortened, found)) if _RUN.search(self.line) else found

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Start and end in the original of the tokens from `first` on and before `last`.

        Marks that folding drops belong to the letter before them.
        """
        start, end = self.spans[first][0], self.spans[last - 1][1]
        whole = bisect_left(self._ends, end) + 1
        return bisect_right(self._ends, start), max(whole, bisect_right(self._ends, end))
