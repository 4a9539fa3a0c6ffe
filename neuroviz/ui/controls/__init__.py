"""The controls of the form.

One widget per kind of value, all reading and writing numbers the same way.
"""
