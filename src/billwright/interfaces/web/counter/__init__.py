"""The counter: cheques, deposit slips, the cash desk, and the methods that a company takes."""
