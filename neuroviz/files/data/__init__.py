"""Tables that someone brings: read from a file or pasted, understood, made a data set, written."""
