"""SIMULATOR of payment gateways: it moves no real money. It speaks their protocols over this machine's own network.

It keeps a ledger of its own, so that the books can be held against it to the cent, and it fails in the ways in which
real gateways fail, each by a seed: the same seed fails the same payments.
"""

from billwright.connectors.payment_simulator.ledger import FaultKind, Faults, SimulatedLedger
from billwright.connectors.payment_simulator.server import SimulatedGateway, Simulator

__all__ = ["FaultKind", "Faults", "SimulatedGateway", "SimulatedLedger", "Simulator"]
