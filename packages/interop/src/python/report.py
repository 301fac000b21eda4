"""The lines that the judges print."""

import sys


def check(library, what, is_right, found=None):
    require(library, what, is_right, found)
    print(f"passed  {library}: {what}")


def differs(library, what, is_there, found=None):
    """A difference that is there is no failure: the text names who is right by the RFC."""
    require(library, what, is_there, found)
    print(f"differs {library}: {what}")


def require(library, what, is_true, found):
    if not is_true:
        sys.exit(f"FAILED  {library}: {what}: {found}")
