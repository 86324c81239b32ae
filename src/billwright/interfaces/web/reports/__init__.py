"""Reports of what is owed: ageing, the statement of an account, the reconciliation of all of them."""
