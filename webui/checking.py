"""What `countersign check` prints: the problems of every procedure, each with file, element and remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import handlers  # fills the registry that operations are checked against
from engine.check import Rulebook, check, check_policy, drawn, rulebooks
from engine.definitions import DIAGRAM, shared
from engine.forms import Catalogue
from engine.problems import DefinitionInvalid
from handlers.customers import rules
from webui.process_folders import POLICIES, laid_over, procedures

__all__ = ["check_all", "handlers"]


def check_all(path: Path, installed: Path) -> tuple[list[str], int]:
    """Check one process folder, or all folders under `path`; returns the lines to print and the number of errors.

    What is not beside the procedures, such as the clauses of a policy, is as `installed`. Policies are held against
    the procedures when they lie beside them: a part of the procedures alone does not carry out every clause.
    """
    single = (path / DIAGRAM).is_file()
    folders = procedures(path) if single else [*procedures(path), *_shared(path)]
    with laid_over(path, installed) as whole:
        books = rulebooks(whole / POLICIES)
    lines, errors = ([], 0) if single else _rules(path)
    for name, book in books.items() if not single and (path / POLICIES).is_dir() else ():
        told, wrong = _policy(name, book, folders)
        lines, errors = lines + told, errors + wrong
    for folder in sorted(folders):
        problems = check(folder, books)
        found = sum(problem.level == "error" for problem in problems)
        errors += found
        lines += [f"{folder.name}/{problem}" for problem in problems]
        if not found and shared(folder):
            lines.append(f"{folder.name}：共用环节，随调用它的流程发布")
        elif not found:
            lines.append(f"{folder.name}：可以发布" + (f"，{len(problems)} 处提醒" if problems else ""))
    return lines, errors


def _shared(path: Path) -> list[Path]:
    return [diagram.parent for diagram in path.glob(f"*/{DIAGRAM}") if shared(diagram.parent)]


def _rules(path: Path) -> tuple[list[str], int]:
    """The problems of the rule catalogue beside the procedures, fields it names that nobody has among them."""
    file = path / rules.FILE
    if not file.exists():
        return [], 0
    try:
        found = rules.parse(file.read_text(encoding="utf-8"))
    except DefinitionInvalid as error:
        return [str(problem) for problem in error.problems], len(error.problems)
    doubts = list(rules.unknown_fields(found, rules.field_names(_catalogues(path))))
    remark = f"，{len(doubts)} 处提醒" if doubts else ""
    return [*map(str, doubts), f"{rules.FILE}：{len(found)} 条规则可以发布{remark}"], 0


def _policy(name: str, book: Rulebook, folders: list[Path]) -> tuple[list[str], int]:
    """The problems between a policy and the procedures that carry it out, clause by clause."""
    problems = check_policy(name, book, drawn(folders))
    if problems:
        return [str(problem) for problem in problems], sum(one.level == "error" for one in problems)
    exempt = sum(bool(clause.exempt) for clause in book.clauses)
    bound = f"，{len(book.rules.rules)} 条可检验的规则" if book.rules else ""
    return [f"{name}：{len(book.clauses)} 条都有承办（其中 {exempt} 条没有要办的事）{bound}"], 0


def _catalogues(path: Path) -> Iterator[Catalogue]:
    """The fields of the procedures; what is wrong with one of them is told where it is checked."""
    texts = {file.parts[-3]: file.read_text(encoding="utf-8") for file in path.glob("*/forms/fields.yaml")}
    for text in texts.values():
        with suppress(DefinitionInvalid):
            yield Catalogue.parse(text, used=texts)
