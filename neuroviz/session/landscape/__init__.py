"""The landscape of the runs: followed while they move, and made in full at rest."""
