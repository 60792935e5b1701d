"""Limits that are to be published with a procedure: known clocks, readable times, and still what they were."""

from __future__ import annotations

from collections.abc import Iterator

from engine import policy_limits
from engine.check.subject import Subject
from engine.problems import Problem


def proposed(subject: Subject) -> Iterator[Problem]:
    """What a draft says of limits, against the newest version of each policy."""
    policies = {name: book.newest for name, book in subject.books.items()}
    yield from policy_limits.problems(subject.documents, policies)
