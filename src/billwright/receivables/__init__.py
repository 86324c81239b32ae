"""What is owed and what settles it: open items, unallocated cash, allocations, holds, ageing, reconciliation.

It promises that the open amount of an item is its amount less its allocations, that the ageing total is the control
account, and that *chaseable* is computed in one place. It never sends a letter.
"""
