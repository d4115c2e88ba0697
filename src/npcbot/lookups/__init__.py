"""Look-ups that are exact and exhaustive: each quotes its evidence, none guesses.

``check``, ``count``, ``figures``, ``diff`` and ``trace`` are one each. They take opened collections, or documents of
them, and return frozen dataclasses, and make the objects that ``--json`` prints. ``printed`` makes lines of text of
most of them; what is done with those is the business of ``terminal`` and ``telegram``. The other modules are what these
are made of.
"""
