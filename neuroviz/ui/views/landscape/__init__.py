"""Parts of the landscape view."""
