"""What a person does with runs: start, advance, edit, reset, undo; hands out frozen frames. No Qt, no files."""
