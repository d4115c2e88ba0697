"""Look-ups that are exact and exhaustive: each quotes its evidence, none guesses.

Every module here takes opened collections and returns a frozen dataclass with ``as_json``; how it is printed or sent is
the business of ``terminal`` and ``telegram``.
"""
