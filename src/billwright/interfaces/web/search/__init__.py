"""One search box for everything: each area says how its things are found (`sources.py`)."""
