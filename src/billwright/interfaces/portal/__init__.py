"""What customers see: pages of their own, apart from the staff workspace. Its first room is paying by a link."""
