"""The landscape of the runs: followed while they move, and made whole at rest."""
