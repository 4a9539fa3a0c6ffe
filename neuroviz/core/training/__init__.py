"""Steps, and the rows they leave."""
