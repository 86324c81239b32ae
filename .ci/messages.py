"""Bring the catalogs of the interface's texts up to date: `make messages`.

Django's own makemessages needs the gettext programs; Babel does the same in Python. Templates are turned into Python
calls by Django's own `templatize` and read as such.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "billwright"
METHODS = [
    ("**/tests/**", "ignore"),
    ("**/migrations/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "messages:template"),
]
CALL = re.compile(r"""\bn?p?gettext\((?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*"|[\w\s,])*\)""")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def template(stream: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extractor for a Django template."""
    # What templatize leaves of the page itself is no Python; only its calls are.
    calls = CALL.findall(templatize(stream.read().decode(), origin=getattr(stream, "name", None)))
    yield from extract_python(io.BytesIO("\n".join(calls).encode()), keywords, comment_tags, options)


def found() -> Catalog:
    """Every text of the interface, with where it stands."""
    catalog = Catalog(project="Billwright", charset="utf-8")
    for file, line, message, comments, context in extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS):
        catalog.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return catalog


def bring_up_to_date(languages: Iterable[str]) -> None:
    """Merge what is found into each language's catalog; what is no longer in the code is dropped."""
    template_catalog = found()
    for language in languages:
        file = SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            with file.open("rb") as stream:
                catalog = read_po(stream, locale=language)
        else:
            catalog = Catalog(locale=language, project="Billwright", charset="utf-8")
        catalog.update(template_catalog, no_fuzzy_matching=True)
        with file.open("wb") as stream:
            write_po(stream, catalog, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
        done = sum(1 for message in catalog if message.id and message.string and any(message.string))
        sys.stdout.write(f"{language}: {done} of {len(catalog)} texts translated\n")


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    bring_up_to_date(sys.argv[1:] or ["af", "de"])
