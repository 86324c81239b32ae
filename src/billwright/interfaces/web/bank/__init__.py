"""The bank inbox: files that came from banks, their statements and entries; and what the rules of schemes say."""
