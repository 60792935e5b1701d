"""The index of the list's search: which names contain a text, or are said with these pinyin initials.

A name is kept under the pairs of neighbouring characters in it, so that a part of a name is found by the pairs of
that part, on both databases and without looking at every name.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from handlers.customers.matching.naming import normalise

SPOKEN = "~"  # begins the pairs of pinyin initials
MOST_PAIRS = 6  # more do not narrow the search any further
# In nearly every name: keeping these pairs would only make the index larger.
COMMON = frozenset({"有限", "限公", "公司", "责任", "限责", "任公", "股份", "份有"})


def grams(normal: str, initials: str) -> set[str]:
    """The keys under which a name is found; `initials` are the ways it is said, separated by blanks."""
    spoken = {f"{SPOKEN}{first}{second}" for way in initials.split() for first, second in pairwise(way)}
    return (_pairs(_dense(normal)) - COMMON) | spoken


def containing(text: str) -> tuple[str, list[Any]]:
    """A condition on `party_name m` for names that contain the text or are said so, and its values.

    Only a single character, or a text that all names share, makes the database look at every name.
    """
    normal, tests, values = _dense(normalise(text)[:200]), [], list[Any]()
    if normal:
        tests.append(_indexed(_pairs(normal) - COMMON, "replace(m.normal, ' ', '')", values, normal))
    if re.fullmatch(r"[a-z]{2,}", text, re.ASCII | re.IGNORECASE):
        spoken = text.lower()
        keys = {f"{SPOKEN}{first}{second}" for first, second in pairwise(spoken)}
        tests.append(_indexed(keys, "m.initials", values, spoken))
    return f"({' OR '.join(tests)})" if tests else "1 = 0", values


def like(text: str) -> str:
    """A LIKE pattern for texts that contain this one; the escape character is `!`."""
    return "%" + re.sub(r"([!%_])", r"!\1", text) + "%"


def _indexed(pairs: set[str], column: str, values: list[Any], text: str) -> str:
    keys = sorted(pairs)[:MOST_PAIRS]
    values += [*keys, like(text)]
    found = " INTERSECT ".join(["SELECT name_id FROM name_gram WHERE gram = ?"] * len(keys))
    return f"({f'm.id IN ({found}) AND ' if keys else ''}{column} LIKE ? ESCAPE '!')"


def _pairs(text: str) -> set[str]:
    return {first + second for first, second in pairwise(text)}


def _dense(text: str) -> str:
    return text.replace(" ", "")
