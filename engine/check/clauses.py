"""Checking a policy against all procedures: every clause is carried out, and bound to rules or not testable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.check.subject import Rulebook, read
from engine.conformance import Binding, RuleSet
from engine.conformance.rule import Rule
from engine.definitions import read_folder
from engine.operations import Registry, registry
from engine.problems import DefinitionInvalid, Problem


@dataclass(frozen=True)
class Drawn:
    """The nodes of all procedures, by the process they are drawn in; which of these are steps that others call."""

    nodes: Mapping[str, frozenset[str]]
    shared: frozenset[str] = frozenset()

    def reached(self, processes: Iterable[str]) -> frozenset[str]:
        """The nodes that cases of these processes may come to."""
        return frozenset().union(*(self.nodes.get(one, frozenset()) for one in {*processes, *self.shared}))


def drawn(folders: Iterable[Path], operations: Registry = registry) -> Drawn:
    """What the folders of procedures hold; one that cannot be read is told where it is checked itself."""
    found: dict[str, set[str]] = {}
    called: set[str] = set()
    for folder in folders:
        try:
            documents = read_folder(folder)
        except DefinitionInvalid:
            continue
        subject, _ = read(folder.name, documents, operations, {})
        called |= {folder.name} if subject.shared else set()
        for shape in subject.drawing.shapes.values():
            found.setdefault(shape.process, set()).add(shape.id)
    return Drawn({process: frozenset(nodes) for process, nodes in found.items()}, frozenset(called))


def check_policy(name: str, book: Rulebook, procedures: Drawn) -> list[Problem]:
    """What is wrong between a policy, its rules and the procedures that carry it out."""
    problems = [*_carried(f"{name}.md", book, procedures)]
    if book.rules is not None:
        problems += _bound(f"{name}.rules.yaml", book, book.rules)
        problems += [p for rule in book.rules.rules.values() for p in _real(f"{name}.rules.yaml", rule, procedures)]
    return problems


def _carried(file: str, book: Rulebook, procedures: Drawn) -> Iterator[Problem]:
    for clause in book.clauses:
        place = f"第 {clause.number} 条"
        if not clause.nodes and not clause.exempt:
            remedy = "在“承办”一行写上办这一条的节点；没有要办的事的，写“不由节点承办：原因”"
            yield Problem(file, place, "没有任何环节承办这一条", remedy)
        if clause.nodes and clause.exempt:
            yield Problem(file, place, "既有承办节点，又写了不由节点承办", "删去其中一行")
        for process, named in clause.nodes.items():
            if process not in procedures.nodes:
                yield Problem(file, place, f"没有流程 {process}", f"改为 {'、'.join(sorted(procedures.nodes))} 之一")
                continue
            for node in named:
                if node not in procedures.nodes[process]:
                    yield Problem(file, place, f"承办节点 {node} 不在流程 {process} 的图里", "改正“承办”一行")


def _bound(file: str, book: Rulebook, rules: RuleSet) -> Iterator[Problem]:
    bindings: dict[str, Binding] = {one.clause: one for one in rules.bindings}
    numbers = {clause.number for clause in book.clauses}
    for number in sorted(numbers - bindings.keys()):
        remedy = "写上可检验的规则；日志检验不了的，写 not_testable 和原因"
        yield Problem(file, f"第 {number} 条", "没有规则，也没有说明为何不可检验", remedy)
    for number in sorted(bindings.keys() - numbers):
        yield Problem(file, f"第 {number} 条", "制度里没有这一条", "改为制度原文里有的条号")


def _real(file: str, rule: Rule, procedures: Drawn) -> Iterator[Problem]:
    """A rule about a process or node that does not exist would never be called for."""
    place = f"第 {rule.clause} 条 {rule.id}"
    for process in rule.processes:
        if process not in procedures.nodes:
            yield Problem(file, place, f"没有流程 {process}", "改正 processes")
    reached = procedures.reached(rule.processes)
    for node in sorted({node for pattern in rule.patterns() for node in pattern.nodes} - reached):
        yield Problem(file, place, f"环节 {node} 在所适用的流程里都没有", "改正 node，或改 in")
