"""What is seen of a lesson: its panel, what is drawn into plots for it, the gallery."""
