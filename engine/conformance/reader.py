"""Reading the rules of a policy from YAML, strictly: what is misspelt is named with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from engine.conformance.log import Pattern
from engine.conformance.measures import Content, Delay, FourEyes, Time
from engine.conformance.order import Absence, Precedence, Response
from engine.conformance.rule import Rule, Same
from engine.conformance.ruleset import Binding, RuleSet
from engine.policy_reader import PolicyInvalid, Section, read_documents, read_text

DUTIES = ("phone", "letter", "notice", "urgent_mark", "search", "register", "raising", "incomplete")
SAME = ("", "subject", "department")


def read(path: Path) -> RuleSet:
    """The rules in a file; raises PolicyInvalid naming the key."""
    return parse(read_text(path), path.name)


def parse(text: str, file: str = "SD-010.rules.yaml") -> RuleSet:
    """The rules in a text; raises PolicyInvalid naming the key."""
    documents = read_documents(text, file)
    if len(documents) != 1:
        raise PolicyInvalid(file=file, key="整份文档", what="应是一个文档", remedy="删去 --- 分隔")
    with Section(documents[0], file) as root:
        processes = root.read("processes", _groups)
        bindings = root.read("clauses", lambda s: [_binding(one, number, processes) for number, one in s.sections()])
        book = RuleSet(root.text("policy"), bindings, root.fingerprint())
    _refuse_repeats(bindings, file)
    return book


def _groups(section: Section) -> dict[str, tuple[str, ...]]:
    return {name: section.many(name, str) for name in section.keys()}  # noqa: SIM118  a section is no mapping


def _binding(section: Section, clause: str, groups: dict[str, tuple[str, ...]]) -> Binding:
    with section as s:
        reason = s.text("not_testable") if s.has("not_testable") else ""
        rules = (
            s.read("rules", lambda r: tuple(_rule(one, name, clause, groups) for name, one in r.sections()))
            if s.has("rules")
            else ()
        )
        if not rules and not reason:
            raise s.wrong("rules", "这一条既没有规则，也没有写明不可检验的原因", "补上 rules 或 not_testable")
    return Binding(clause, rules, reason)


def _rule(section: Section, name: str, clause: str, groups: dict[str, tuple[str, ...]]) -> Rule:
    with section as s:
        kind = s.text("kind")
        if kind not in _READERS:
            raise s.wrong("kind", f"没有“{kind}”这种规则", f"可用：{'、'.join(_READERS)}")
        said = s.text("in")
        common = {
            "id": name,
            "clause": clause,
            "says": s.text("says"),
            "broken": s.text("broken"),
            "processes": _processes(s, said, groups),
            "ground": s.text("ground") if s.has("ground") else "",
            "duty": s.choice("duty", "", *DUTIES),
        }
        return _READERS[kind](s, common)


def _processes(s: Section, said: str, groups: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if said not in groups:
        raise s.wrong("in", f"processes 里没有“{said}”", f"可用：{'、'.join(groups)}")
    return groups[said]


def _pattern(s: Section) -> Pattern:
    urgent = s.flag("urgent", False) if s.has("urgent") else None
    data = {key: value if isinstance(value, tuple) else (value,) for key, value in s.plain("with").items()}
    return Pattern(s.words("event"), s.words("node") if s.has("node") else (), data or None, urgent)


def _same(s: Section) -> Same | None:
    said = s.choice("same", *SAME)
    return cast(Same, said) if said else None


def _response(s: Section, common: dict[str, Any]) -> Rule:
    return Response(
        **common, when=s.read("when", _pattern), then=s.read("then", _pattern), before=s.each("before", _pattern),
        lifted=s.each("lifted", _pattern), same=_same(s),
    )  # fmt: skip


def _precedence(s: Section, common: dict[str, Any]) -> Rule:
    return Precedence(
        **common, when=s.read("when", _pattern), requires=s.read("requires", _pattern),
        since=s.read("since", _pattern) if s.has("since") else None, same=_same(s),
        person=s.text("person") if s.has("person") else "",
    )  # fmt: skip


def _absence(s: Section, common: dict[str, Any]) -> Rule:
    return Absence(**common, when=s.read("when", _pattern), never=s.read("never", _pattern))


def _four_eyes(s: Section, common: dict[str, Any]) -> Rule:
    return FourEyes(**common, when=s.read("when", _pattern), other=s.read("other", _pattern), same=_same(s))


def _time(s: Section, common: dict[str, Any]) -> Rule:
    urgent = s.flag("urgent", False) if s.has("urgent") else None
    return Time(**common, clocks=s.words("clock"), urgent=urgent)


def _content(s: Section, common: dict[str, Any]) -> Rule:
    when = s.read("when", _pattern)
    said = {key: value if isinstance(value, tuple) else (value,) for key, value in s.plain("must").items()}
    return Content(**common, when=when, must=Pattern(when.events, when.nodes, said))


def _delay(s: Section, common: dict[str, Any]) -> Rule:
    return Delay(**common, when=s.read("when", _pattern), since_key=s.text("since"), days=s.number("days", 0, 366))


_READERS: dict[str, Callable[[Section, dict[str, Any]], Rule]] = {
    "response": _response,
    "precedence": _precedence,
    "absence": _absence,
    "four_eyes": _four_eyes,
    "time": _time,
    "content": _content,
    "delay": _delay,
}


def _refuse_repeats(bindings: list[Binding], file: str) -> None:
    seen: dict[str, str] = {}
    for binding in bindings:
        for rule in binding.rules:
            if rule.id in seen:
                what = f"第 {seen[rule.id]} 条里已有同名的规则"
                raise PolicyInvalid(file=file, key=rule.id, what=what, remedy="给其中一条改名")
            seen[rule.id] = binding.clause
