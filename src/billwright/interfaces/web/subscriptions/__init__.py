"""Subscriptions: what an account takes, how far it is billed, and its changes."""
