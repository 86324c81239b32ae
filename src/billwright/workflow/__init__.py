"""Journeys that cross domains: each calls the domains in order, in one transaction. Owns no table and no screen."""
