"""Every kind of event that is recorded anywhere has its sentence, and no sentence has a hole."""

from __future__ import annotations

import re
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
        "lines", "silent_since", "filed", "omitted", "name",
    }  # fmt: skip

    named = {name for text in texts.SENTENCES.values() for _, name, _, _ in Formatter().parse(text) if name}

    assert named <= known


def test_marks_and_remarks_belong_to_told_events() -> None:
    assert texts.TAGS.keys() | texts.BY_THE_WAY.keys() <= texts.SENTENCES.keys()
