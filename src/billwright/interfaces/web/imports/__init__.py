"""Taking over a real book by hand: upload a file, name its columns, try it, run it, and see that it ties out."""
