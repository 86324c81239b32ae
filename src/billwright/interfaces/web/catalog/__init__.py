"""The catalog: products, plans with their prices, taxes."""
