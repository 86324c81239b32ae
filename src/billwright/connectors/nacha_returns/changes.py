"""Notifications of change (entries of class COR with addenda 98): what the receiving bank says is right.

Where each correction stands in the 29 letters of the addenda is from the published list of change codes and fields, not
tried with a bank: C01 account number 1-17; C02 routing number 1-9; C03 routing number 1-9, account number 13-29; C05
transaction code 1-2; C06 account number 1-17, transaction code 21-22; C07 routing number 1-9, account number 10-26,
transaction code 27-28. Other codes correct nothing that is kept here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _

from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import DetailsChange

ADDENDA: Final = "798"
CORRECTED: Final = slice(35, 64)
# Parts of the corrected data by code: the field, from where, to where.
FIELDS: Final[Mapping[str, tuple[tuple[str, int, int], ...]]] = {
    "C01": (("number", 0, 17),),
    "C02": (("branch", 0, 9),),
    "C03": (("branch", 0, 9), ("number", 12, 29)),
    "C05": (("account_type", 0, 2),),
    "C06": (("number", 0, 17), ("account_type", 20, 22)),
    "C07": (("branch", 0, 9), ("number", 9, 26), ("account_type", 26, 28)),
}
# The first digit of a transaction code names the kind of account.
KINDS: Final = {"2": "checking", "3": "savings"}


class NachaChangeReader:
    """Implements `payments.ports.ChangeReader` for return files of NACHA."""

    def changes(self, content: bytes) -> Iterator[DetailsChange]:
        """Each notification with our reference. Raises UnableToRead naming the line."""
        detail = ""
        for number, line in enumerate(content.decode("latin-1").splitlines(), start=1):
            if line.startswith("6"):
                detail = line
            elif line.startswith(ADDENDA):
                yield _change(number, detail, line.ljust(94))


def _change(number: int, detail: str, addenda: str) -> DetailsChange:
    code, corrected = addenda[3:6], addenda[CORRECTED]
    values = {name: corrected[start:end].strip() for name, start, end in FIELDS.get(code, ())}
    if not detail or not all(values.values()):
        raise UnableToRead(
            _("A notification of change belongs to no entry, or does not say what is right."),
            where=_("line %d") % number,
            row=number,
        )
    if "account_type" in values:
        values["account_type"] = KINDS.get(values["account_type"][:1], "")
    return DetailsChange(end_to_end=detail[39:54].strip(), code=code, place=_("line %d") % number, **values)
