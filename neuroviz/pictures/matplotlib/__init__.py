"""The pen for paper."""
