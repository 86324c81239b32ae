"""Render: documents, spreadsheets and the way numbers and dates are written.

This room owns fonts, Typst templates, the words printed on documents in each language, and the writing of PDF,
XLSX and CSV. It promises that the same document gives the same bytes on every machine, that an amount on paper is
the amount it was handed, and that no exported cell is ever read as a formula. It knows no business model: callers
hand over the frozen rows of `documents.py`. It never reads the clock, the database or settings, and computes no
amount.
"""
