"""What settles what: allocation of money and credit, its undoing, moves between accounts, refunds."""
