"""Bank statements as tables of text: each bank's layout is a profile, shipped as a file or written by the user."""

from billwright.connectors.csv_statements.profiles import Profile, profile_of_text, shipped_profiles
from billwright.connectors.csv_statements.reader import CsvStatementReader, reader_of_text

__all__ = ["CsvStatementReader", "Profile", "profile_of_text", "reader_of_text", "shipped_profiles"]
