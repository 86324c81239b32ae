"""Why something was left out of a collection run, in words: for its page, and for the refusal of an empty run."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from billwright.payments.states import CollectionFindingKind

FINDINGS: Final[dict[str, Any]] = {
    CollectionFindingKind.OVER_LIMIT: _("More than the mandate allows in one debit"),
    CollectionFindingKind.TOO_OFTEN: _("The mandate was debited in this period before"),
    CollectionFindingKind.NOTICE_TOO_SHORT: _("The customer was told too late"),
    CollectionFindingKind.MANDATE_ENDED: _("The mandate may not be collected on any more"),
    CollectionFindingKind.OUTSIDE_MANDATE: _("Before the mandate begins, or after it ends"),
    CollectionFindingKind.FAILED_BEFORE: _("An earlier debit failed and nobody has decided"),
    CollectionFindingKind.CHANGED_SINCE: _("It was paid, held or disputed meanwhile, or is open to another amount"),
    CollectionFindingKind.METHOD_UNUSABLE: _("The card may not be used now"),
    CollectionFindingKind.NETWORK_LIMIT: _("The rules of its network allow no debit of the card now"),
    CollectionFindingKind.TOO_LATE: _("The last day for the run went by before the gateway was asked"),
}
