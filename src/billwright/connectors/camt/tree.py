"""XML of any length as a tree that never grows: what has been read is taken off it.

expat calls the tree builder without a line of Python between them. A document type declaration is refused at its
first letter, so no entity can grow into a bomb.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from billwright.payments.ports import UnableToRead


class GrowingTree:
    """The elements of a document as far as they have been fed; `root` is None until the first has begun."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._parser = expat.ParserCreate("utf-8")
        self._builder = TreeBuilder()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._first_element
        self._parser.EndElementHandler = self._builder.end
        self._parser.CharacterDataHandler = self._builder.data
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.EntityDeclHandler = self._refuse_doctype

    def feed(self, text: str, *, is_end: bool = False) -> None:
        """Read on. Raises UnableToRead naming line and column."""
        try:
            self._parser.Parse(text.encode("utf-8", errors="replace"), is_end)
        except expat.ExpatError as error:
            raise UnableToRead(
                _("This is not well-formed XML: %(problem)s.") % {"problem": expat.ErrorString(error.code)},
                where=_("line %(line)d, column %(column)d") % {"line": error.lineno, "column": error.offset + 1},
                row=error.lineno,
                cure=_("Download the file from the bank again; an editor or a transfer may have cut or changed it."),
            ) from error

    def _first_element(self, name: str, attributes: dict[str, str]) -> None:
        self.root = self._builder.start(name, attributes)
        self._parser.StartElementHandler = self._builder.start

    def _refuse_doctype(self, *_declared: object) -> None:
        raise UnableToRead(
            _("The file declares a document type or entities, which no bank statement does."),
            where=_("line %d") % self._parser.CurrentLineNumber,
            row=self._parser.CurrentLineNumber,
            cure=_("Do not open it; ask the bank where it comes from."),
        )


def fragment(text: str) -> Element:
    """One element out of a document, alone. Raises UnableToRead as the whole would."""
    tree = GrowingTree()
    tree.feed(text, is_end=True)
    assert tree.root is not None, "what ends well has begun"
    return tree.root
