"""Indian NACH debits: the file of presentments and the bank's answers to each of them."""

from billwright.connectors.in_nach.files import NachAnswerReader, NachDebitWriter

__all__ = ["NachAnswerReader", "NachDebitWriter"]
