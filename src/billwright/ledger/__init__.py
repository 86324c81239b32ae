"""The books: chart of accounts, accounting periods, journal entries and their postings.

It promises that every entry balances per currency and in the entity's base currency, that nothing is posted into a
period that is not open, and that nothing is changed or deleted: correction is reversal. It never knows an invoice,
a customer or a payment: it keeps their opaque keys.
"""
