"""The counter: cheques from the hand to the bank and back, the cash desk, and which methods a company takes.

It promises that a cheque's receipt stands at once and its money only once it cleared, that a cheque which is not paid
opens what it settled and charges the company's fee, and that a desk is closed with its difference in the books.
"""

from billwright.workflow.counter.cash import close_cash_desk, open_cash_desk, receive_cash
from billwright.workflow.counter.cheques import ChequeIn, clear_slip, deposit, receive_cheque, return_cheque
from billwright.workflow.counter.methods import accept_method

__all__ = [
    "ChequeIn",
    "accept_method",
    "clear_slip",
    "close_cash_desk",
    "deposit",
    "open_cash_desk",
    "receive_cash",
    "receive_cheque",
    "return_cheque",
]
