"""Text that one rather does not see unasked: blurred until it is pointed at or reached by Tab."""

from __future__ import annotations


def veiled(markup: str, blurs: bool, *, tag: str = "div") -> str:
    """`markup` is HTML, and stays as it is for a person who does not want harsh words blurred."""
    return f'<{tag} class="tq-veiled" tabindex=0>{markup}</{tag}>' if blurs else markup
