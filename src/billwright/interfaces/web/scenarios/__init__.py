"""The page on which a scenario is written and acted out."""
