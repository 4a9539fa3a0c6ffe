"""The named state of a run: evidence, judgement, words."""
