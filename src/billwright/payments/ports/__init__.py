"""What outside systems must be able to do for payments; connectors implement, the project wires (model rule 22)."""

from billwright.payments.ports.bank_files import (
    BankFileReader,
    StatementEnd,
    StatementEntry,
    StatementPart,
    TableReaders,
    UnableToRead,
    bank_file_readers,
    table_reader,
    wire_bank_files,
)

__all__ = [
    "BankFileReader",
    "StatementEnd",
    "StatementEntry",
    "StatementPart",
    "TableReaders",
    "UnableToRead",
    "bank_file_readers",
    "table_reader",
    "wire_bank_files",
]
