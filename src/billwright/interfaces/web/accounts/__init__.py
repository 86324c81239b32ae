"""Accounts: the list that a desk works from, and the page that holds a whole case on one screen."""
