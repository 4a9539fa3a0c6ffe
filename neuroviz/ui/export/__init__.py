"""Taking things away: figures and numbers to files and to the clipboard, in slices."""
