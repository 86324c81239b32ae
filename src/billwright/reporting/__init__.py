"""Reports: ageing, statements of account, reconciliation. Reads only.

It promises that every total carries what it ties to. It owns no table and writes nothing.
"""
