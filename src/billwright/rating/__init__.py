"""Money owed before it is billed: charges that wait for a run, and the versioned table of formulas.

Recurring charges exist only as invoice lines; what waits here was entered by a person or computed once.
"""
