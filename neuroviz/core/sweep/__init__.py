"""Many neurons trained at once."""
