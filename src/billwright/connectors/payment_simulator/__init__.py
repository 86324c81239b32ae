"""SIMULATOR of payment gateways and banks: it moves no real money.

Gateways speak their protocols over this machine's own network, a bank answers files by files.

It keeps a ledger of its own, so that the books can be held against it to the cent, and it fails in the ways in which
real gateways fail, each by a seed: the same seed fails the same payments.
"""

from billwright.connectors.payment_simulator.bank import SHARES as BANK_SHARES
from billwright.connectors.payment_simulator.bank import SimulatedBank
from billwright.connectors.payment_simulator.bank_outcomes import AnswerFile, BankFaultKind
from billwright.connectors.payment_simulator.ledger import FaultKind, Faults, SimulatedLedger
from billwright.connectors.payment_simulator.server import SimulatedGateway, Simulator

__all__ = [
    "BANK_SHARES",
    "AnswerFile",
    "BankFaultKind",
    "FaultKind",
    "Faults",
    "SimulatedBank",
    "SimulatedGateway",
    "SimulatedLedger",
    "Simulator",
]
