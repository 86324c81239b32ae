"""The workbench of account reconciliation: our books beside a customer's own statement or remittance."""
