"""What a person does with runs: start, advance, edit, reset, undo.

Hands out frozen frames. No Qt, no files.
"""
