"""Payment links: made during a call, sent, opened and paid."""
