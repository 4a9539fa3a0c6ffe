"""The bench: an experiment with all that is looked at and pressed; a lesson plays on one of its own."""
