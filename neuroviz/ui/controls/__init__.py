"""The controls of the form: one widget per kind of value, all reading and writing numbers the same way."""
