"""Asking for what was refused: the refused act, signed into an address, becomes a request for approval.

The address carries the verb and its frozen arguments under our signature, so the person asks for exactly the act that
was refused, and the request itself is checked anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from billwright.access.matrix import MATRIX, NOT_BY_APPROVAL
from billwright.access.policies import ASKABLE
from billwright.kernel.acts import VERBS
from billwright.kernel.errors import NotAllowed, Refusal

SALT: Final = "ask-for-approval"
# Longer addresses are cut by proxies; such acts (imports, bulk acts) are not asked for by a button.
ADDRESS_LENGTH_MAX: Final = 6000
VALID_SECONDS: Final = 24 * 3600


def address_for(verb: Callable[..., Any], refusal: NotAllowed, arguments: dict[str, Any]) -> str:
    """Where the refused act can be asked for, or empty when asking would not help."""
    name = next((name for name, known in VERBS.items() if known.call is verb), None)
    if name is None or refusal.code not in ASKABLE or name in NOT_BY_APPROVAL or name not in MATRIX:
        return ""
    if name.startswith("approval."):
        return ""
    act = signing.dumps({"verb": name, "arguments": VERBS[name].freeze(arguments)}, salt=SALT, compress=True)
    address = f"{reverse('web:approval-ask')}?{urlencode({'act': act})}"
    return address if len(address) <= ADDRESS_LENGTH_MAX else ""


def act_of_address(signed: str) -> tuple[str, dict[str, Any]]:
    """The verb and its frozen arguments. Raises Refusal `approval.bad_address` when altered or too old."""
    try:
        told = signing.loads(signed, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        raise Refusal(
            "approval.bad_address",
            _("This address does not say what is asked for, or it is too old."),
            cure=_("Try the act again and ask from there."),
        ) from error
    return told["verb"], told["arguments"]
