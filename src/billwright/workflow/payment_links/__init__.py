"""Paying by a link: made by whoever talks to the customer, opened without a log-in, paid on a gateway's own page.

It promises that no card number comes near us, that a link shows no more than it was made for, that whoever made it
sees whether it was opened and paid, and that a card which was kept on such a page can be ended on one.
"""

from billwright.workflow.payment_links.operations import (
    LINK_DAYS_MAX,
    Payable,
    begin_payment,
    create_link,
    payable_of,
    revoke_link,
)
from billwright.workflow.payment_links.stopping import method_of_link, methods_of_link, stop_keeping

__all__ = [
    "LINK_DAYS_MAX",
    "Payable",
    "begin_payment",
    "create_link",
    "method_of_link",
    "methods_of_link",
    "payable_of",
    "revoke_link",
    "stop_keeping",
]
