"""Who owes: customers, their billing accounts, contacts, addresses, notes.

It promises that an account has one currency and one legal entity for life, that every change leaves its old value,
and that a merged customer keeps its history. It never knows what an account owes.
"""
