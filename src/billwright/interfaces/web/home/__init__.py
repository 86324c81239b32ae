"""Where the day starts: what waits for this person, and the legal entity they act for."""
