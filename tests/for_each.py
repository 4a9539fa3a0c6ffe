"""Many cases in one test, where to begin and to end a test takes longer than to check a case."""

import functools
import inspect

import pytest


def for_each(names, cases):
    """Check a test's claim for one case after another; write it as ``pytest.mark.parametrize``.

    Of a case that fails the values are told. One above another checks every pair of their cases.

    Parameters
    ----------
    names
        Of the test's parameters, as one text or several.
    cases
        A value for each name; at least one case. Or a function that makes them when the test
        begins: every worker collects all tests, and most would make them in vain.
    """
    keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    make = cases if callable(cases) else list(cases).copy

    def of_each(test):
        @functools.wraps(test)
        def checked(**others):
            made = list(make())
            assert made, "no case to check"
            for case in made:
                given = dict(zip(keys, case if len(keys) > 1 else [case], strict=True))
                try:
                    test(**given, **others)
                except (Exception, pytest.fail.Exception) as error:
                    error.add_note(f"Where {given}")
                    raise

        whole = inspect.signature(test)
        left = [each for name, each in whole.parameters.items() if name not in keys]
        checked.__signature__ = whole.replace(parameters=left)
        return checked

    return of_each
