"""What every term on the screen means: a card where it stands, and the glossary."""
