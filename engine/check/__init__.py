"""Checking a procedure before it is published: everything its owner can get wrong, each with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from engine.check import drawing, flow, forms, letters, limits, people, samples, stories, work
from engine.check.clauses import Drawn, check_policy, drawn
from engine.check.subject import Rulebook, Subject, read, rulebooks
from engine.definitions import diagram_problems, read_folder
from engine.operations import Registry, registry
from engine.problems import DefinitionInvalid, Problem

__all__ = ["Drawn", "Problem", "Rulebook", "check", "check_documents", "check_policy", "drawn", "rulebooks"]

Rule = Callable[[Subject], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    forms.of_nodes, forms.title, forms.code, forms.rights, letters.readable, letters.present, letters.variables,
    people.owners, people.posts, people.starters, people.separation, people.signatures,
    work.attributes, work.operations, work.steps, work.policy, work.clocks, work.timed, work.clauses,
    limits.proposed, flow.decisions, flow.outcomes, flow.joins, samples.conditions, stories.scenarios,
    drawing.drawn, drawing.overlaps, drawing.attached,
)  # fmt: skip
DRAWN: tuple[Rule, ...] = (people.posts, work.attributes, drawing.drawn, drawing.overlaps, drawing.attached)


def check(folder: Path, books: Mapping[str, Rulebook], operations: Registry = registry) -> list[Problem]:
    """The problems of a process folder, sorted by file; an empty list means it may be published.

    `books` are the policies it may refer to (`rulebooks(folder of policies)`).
    """
    try:
        documents = read_folder(folder)
    except DefinitionInvalid as error:
        return list(error.problems)
    return check_documents(folder.name, documents, books, operations)


def check_documents(
    process: str, documents: Mapping[str, str], books: Mapping[str, Rulebook], operations: Registry = registry
) -> list[Problem]:
    """The same for documents in memory, path → text."""
    subject, problems = read(process, documents, operations, books)
    if subject.shared:  # the rest is checked with each procedure that calls it
        problems += diagram_problems(process, documents)
        return sorted({*problems, *(problem for rule in DRAWN for problem in rule(subject))})
    problems += diagram_problems(process, documents)
    problems += [problem for rule in RULES for problem in rule(subject)]
    return sorted(set(problems))
