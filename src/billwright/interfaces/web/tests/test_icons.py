"""Every icon that a page names exists: a wrong name would break the page of the one state that shows it."""

import re
from pathlib import Path

import pytest

from billwright.interfaces.web.navigation import ENTRIES
from billwright.ui import icons

WEB = Path(__file__).parents[1]
NAMED = re.compile(r"""(?:icon=|\{% icon )"([a-z][a-z0-9-]*)\"""")
# Tables of words give their icons as the last of a row.
IN_TABLES = re.compile(r"""^\s+\w+\.\w+: (?:\(_\(.*\), "\w+", )?"([a-z0-9-]+)"\)?,$""", re.MULTILINE)


def named():
    for path in sorted((*WEB.rglob("*.html"), *WEB.rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        yield from {*NAMED.findall(text), *(IN_TABLES.findall(text) if path.name == "words.py" else ())}


@pytest.mark.parametrize("name", sorted(set(named()) - {"good", "warn", "bad", "neutral", "accent"}))
def test_the_icon_exists(name):
    assert icons.draw(name, {}).startswith("<svg ")


def test_each_entry_of_the_navigation_has_an_icon_of_its_own():
    names = [entry.icon for entry in ENTRIES]
    assert sorted(names) == sorted(set(names))
