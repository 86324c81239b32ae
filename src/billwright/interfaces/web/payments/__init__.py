"""Money that came: the list, one receipt with what became of it, recording and taking back."""
