"""What every term on the screen means: cards beside the terms, and the glossary."""
