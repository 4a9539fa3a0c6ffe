"""The named state of a run: evidence, diagnosis, words."""
