"""Log-in, one's own security, users and roles, approvals, the audit trail."""
