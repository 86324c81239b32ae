"""How an account's documents are laid out, and which references they must carry: data, and what it may say.

The law of every country that we print for wants the description, the tax and its rate, and the amount of each line (EU
VAT Directive art. 226, South African VAT Act s20, Indian CGST Rule 46): those columns are never left out. A quantity or
a price whose column is left out stands beneath the text instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

GROUPINGS: Final = ("", "none", "account", "subscription", "account_subscription", "cost_center", "purchase_order")
COLUMNS: Final = ("period", "quantity", "unit_price", "discount")
LEGAL_COLUMNS: Final = ("description", "tax", "net")
PLACES: Final = ("head", "box")
REFERENCES: Final = ("purchase_order", "cost_center")
BOX_TITLE_LENGTH_MAX = 60
FOOTER_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """What an account chose for its printed documents.

    `group_by`: what lines stand together under, with a subtotal each; empty: by account where the lines are of
    several. `hide`: columns left out. `references`: in the head, or in a box of its own under `box_title`. `footer`:
    a text of the account's own beneath the lines.
    """

    group_by: str = ""
    hide: tuple[str, ...] = ()
    references: str = "head"
    box_title: str = ""
    footer: str = ""


USUAL_LAYOUT: Final = DocumentLayout()


def read_layout(kept: Mapping[str, Any] | None) -> DocumentLayout:
    """The layout as kept with an account or a document; what it does not say is the default."""
    kept = kept or {}
    return DocumentLayout(**{**kept, "hide": tuple(kept.get("hide", ()))})


def stored_layout(layout: DocumentLayout) -> dict[str, Any]:
    """What is kept of a layout: only what differs from the default."""
    usual = asdict(USUAL_LAYOUT)
    chosen = {name: value for name, value in asdict(layout).items() if value != usual[name]}
    return chosen | ({"hide": list(layout.hide)} if layout.hide else {})


def require_sound_layout(layout: DocumentLayout) -> DocumentLayout:
    """The layout with its texts trimmed. Raises Refusal `layout.grouping`, `layout.column`, `layout.column_wanted`,
    `layout.references`, `layout.too_long`."""
    _require_one_of(layout.group_by, GROUPINGS, code="layout.grouping", field="group_by")
    for column in layout.hide:
        if column in LEGAL_COLUMNS:
            raise Refusal(
                "layout.column_wanted",
                _("The law wants the column “%(column)s” on every document.") % {"column": column},
                field="hide",
                cure=_("What may be left out: %(columns)s.") % {"columns": ", ".join(COLUMNS)},
            )
        _require_one_of(column, COLUMNS, code="layout.column", field="hide")
    _require_one_of(layout.references, PLACES, code="layout.references", field="references")
    title, footer = layout.box_title.strip(), layout.footer.strip()
    for text, field, length_max in (
        (title, "box_title", BOX_TITLE_LENGTH_MAX), (footer, "footer", FOOTER_LENGTH_MAX),
    ):  # fmt: skip
        if len(text) > length_max:
            raise Refusal(
                "layout.too_long",
                _("The text has %(length)d characters.") % {"length": len(text)},
                field=field,
                cure=_("At most %(length)d fit.") % {"length": length_max},
            )
    hidden = tuple(column for column in COLUMNS if column in layout.hide)
    return DocumentLayout(layout.group_by, hidden, layout.references, title, footer)


def require_known_references(names: tuple[str, ...]) -> list[str]:
    """References that an account wants on every line it is billed. Raises Refusal `references.unknown`."""
    for name in names:
        _require_one_of(name, REFERENCES, code="references.unknown", field="required_references")
    return [name for name in REFERENCES if name in names]


def _require_one_of(value: str, known: tuple[str, ...], *, code: str, field: str) -> None:
    if value not in known:
        raise Refusal(
            code,
            _("“%(value)s” is none of what is known here.") % {"value": value},
            field=field,
            cure=_("Choose one of %(known)s.") % {"known": ", ".join(name for name in known if name)},
        )
