"""The books on screen: trial balance, chart, postings, entries, output tax, periods, export and manual journals."""
