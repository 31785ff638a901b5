"""Keep « : ; ? ! » » beside the word before, and « beside the word after, in the templates of the pages.

``scripts/typographie.py`` names the lines where a line could break there; ``--corriger`` puts the no-break spaces itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = (ROOT / "templates", ROOT / "convergence" / "templates")
NBSP = "\u00a0"
BEFORE = re.compile(r"(?<=[^\s{%}]) ([:;?!»])(?=[\s<.,)\"]|$)|(?<=^) ([:;?!»])(?=[\s<.,)\"]|$)")
AFTER = re.compile("« ")
# What is not read by people: comments, tags and variables outside their quoted texts, tags of HTML outside the attributes below.
PIECES = re.compile(r"(\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>)", re.DOTALL)
QUOTED = re.compile(r'"[^"]*"')
SPOKEN = re.compile(r'\b(?:aria-label|title|alt|placeholder|data-label)="[^"]*"')


def main() -> None:
    wrong = list(problems(correct="--corriger" in sys.argv[1:]))
    print("\n".join(wrong))
    sys.exit(1 if wrong and "--corriger" not in sys.argv[1:] else 0)


def problems(*, correct: bool = False) -> Iterator[str]:
    """Name each template to mend; mend it when asked. A mail is also sent as plain text, and keeps plain spaces."""
    for path in sorted(path for folder in TEMPLATES for path in folder.rglob("*.html")):
        if path.parent.name == "courriels":
            continue
        text = path.read_text(encoding="utf-8")
        mended = mend(text)
        if mended == text:
            continue
        if correct:
            path.write_text(mended, encoding="utf-8")
        lines = [str(number) for number, (old, new) in enumerate(zip(text.split("\n"), mended.split("\n"), strict=True), 1) if old != new]
        yield f"{path.relative_to(ROOT)}, ligne {', '.join(lines)} : espace insécable (U+00A0) à mettre ; scripts/typographie.py --corriger le fait"


def mend(template: str) -> str:
    pieces = PIECES.split(template)
    return "".join(_in_tag(piece) if rank % 2 else _words(piece) for rank, piece in enumerate(pieces))


def _in_tag(piece: str) -> str:
    if piece.startswith("{%"):
        return QUOTED.sub(lambda found: _words(found[0]), piece)
    if piece.startswith("<"):
        return SPOKEN.sub(lambda found: _words(found[0]), piece)
    return piece


def _words(text: str) -> str:
    return AFTER.sub(f"«{NBSP}", BEFORE.sub(lambda found: NBSP + (found[1] or found[2]), text))


if __name__ == "__main__":
    main()
