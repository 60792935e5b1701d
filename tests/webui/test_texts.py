"""Every kind of event that is recorded anywhere has its sentence, and no sentence has a hole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from webui import texts

RECORDED = re.compile(r'(?<!admin_)\brecord\(\s*f?"([a-z_]+\.[a-z_.]+)"')
ADMINISTRATION = ("engine/company",)


def test_every_recorded_event_has_a_sentence() -> None:
    """`duty.missed` and `item.cancelled` are chosen by a variable; the ways a case ends are built from its status."""
    files = [path for folder in ("engine", "handlers") for path in Path(folder).rglob("*.py")]
    watched = [path for path in files if not str(path).startswith(ADMINISTRATION)]

    kinds = {kind for path in watched for kind in RECORDED.findall(path.read_text(encoding="utf-8"))}
    kinds |= {"duty.missed", "item.cancelled", "case.ended", "case.withdrawn", "case.cancelled"}

    assert len(kinds) > 25
    assert kinds - texts.SENTENCES.keys() == set()


def test_sentences_name_only_known_parts() -> None:
    known = {
        "round", "outcome", "reason", "category", "post", "to_step", "to", "instead", "sealed", "clock", "limit", "due",
        "left", "status", "late", "step", "message", "what", "notice", "persons", "key", "customer_code",
        "existing_code", "by", "case", "verb", "why", "number", "recipients", "version",
        "month", "total", "findings", "finding", "without",
        "lines", "silent_since", "filed", "omitted", "name", "because", "share", "leaders", "files", "answered",
    }  # fmt: skip

    named = {name for text in texts.SENTENCES.values() for _, name, _, _ in Formatter().parse(text) if name}

    assert named <= known


def recorded() -> Iterator[tuple[str, set[str]]]:
    """Every place that records an event: its kind and the facts it names; those built from other facts left out."""
    for path in [*Path("engine").rglob("*.py"), *Path("handlers").rglob("*.py")]:
        calls = (one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.Call))
        for call in calls:
            kind = call.args[0] if call.args and getattr(call.func, "attr", "") == "record" else None
            if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                yield kind.value, {one.arg for one in call.keywords if one.arg}


def test_every_part_of_a_sentence_is_recorded_or_told_by_the_reader() -> None:
    """No sentence has a hole: what it names is a fact of the event, or what `webui/log.py` makes of one."""
    derived = {
        "without",
        "leaders",
        "files",
        "answered",
        "round",
        "to_step",
        "sealed",
        "because",
        "step",
        "late",
        "left",
        "limit",
    }

    holes = {
        (kind, name)
        for kind, facts in recorded()
        for _, name, _, _ in Formatter().parse(texts.SENTENCES.get(kind, ""))
        if name and name not in facts | derived
    }

    assert holes == set()


def test_marks_and_remarks_belong_to_told_events() -> None:
    assert texts.TAGS.keys() | texts.BY_THE_WAY.keys() <= texts.SENTENCES.keys()
