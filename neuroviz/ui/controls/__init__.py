"""The controls of the form.

There is one widget for each kind of value; all read and write numbers the same way.
"""
