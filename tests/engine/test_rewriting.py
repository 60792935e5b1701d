"""A document that shall say something else keeps the words, comments and order of all that it says as before."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.forms.yaml import load
from engine.rewriting import rewritten, written

FILES = sorted(Path("processes").glob("*/forms/*.yaml"))
MODIFY = Path("processes/customer_modify/forms/fields.yaml")

words = st.text(st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0x9FFF), max_size=12)
scalars = st.one_of(words, st.integers(-5, 5000), st.booleans())
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)


def lines_gone(old: str, new: str) -> list[str]:
    kept = new.splitlines()
    return [line for line in old.splitlines() if line not in kept]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[1]}/{file.name}")
def test_a_form_that_says_the_same_is_not_touched(file: Path) -> None:
    text = file.read_text("utf-8")

    assert rewritten(text, load(text, file.name)) == text


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[1]}/{file.name}")
def test_every_form_can_be_written_anew_and_says_the_same(file: Path) -> None:
    data = load(file.read_text("utf-8"), file.name)

    assert load(written(data), file.name) == data


def test_one_field_changed_leaves_every_other_line_and_comment() -> None:
    text = MODIFY.read_text("utf-8")
    data = load(text, "")
    data["sections"][0]["fields"][1]["label"] = "更正的过账"

    after = rewritten(text, data)

    assert load(after, "") == data
    assert len(lines_gone(text, after)) == 1
    assert "rules: customers # 校验规则目录" in after


def test_a_field_added_removed_or_moved_leaves_every_other_line() -> None:
    text = MODIFY.read_text("utf-8")
    data = load(text, "")
    fields = data["sections"][0]["fields"]
    fields.insert(0, {"id": "legal_note", "label": "法务意见", "required": True})
    fields.append(fields.pop(2))

    after = rewritten(text, data)

    assert load(after, "") == data
    assert lines_gone(text, after) == []
    assert "- {id: legal_note, label: 法务意见, required: true}" in after


def test_items_that_change_places_take_their_comments_along() -> None:
    items = ["  # 第一个\n  - {id: a, label: 甲} # 甲方", "\n  # 第二个\n  - {id: b, label: 乙}"]
    text = "\n".join(["title: 表\n\n# 结果\noutcomes:", *items, ""])
    data = load(text, "")
    data["outcomes"].append(data["outcomes"].pop(0))

    after = rewritten(text, data)

    assert load(after, "") == data
    assert "# 第二个\n  - {id: b" in after
    assert "{id: a, label: 甲} # 甲方" in after
    assert "# 第一个" in after  # stands at the head of the list


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_changed_the_text_reads_as_the_data(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES))
    text = file.read_text("utf-8")
    wanted = deepcopy(load(text, ""))
    for _ in range(data.draw(st.integers(1, 4))):
        _edit(wanted, data)

    after = rewritten(text, wanted)

    assert load(after, "") == wanted
    assert rewritten(after, wanted) == after


def _edit(part: Any, data: st.DataObject) -> None:
    """One change somewhere in a document: put, drop, insert or move."""
    keys = list(part) if isinstance(part, dict) else list(range(len(part)))
    deeper = [key for key in keys if isinstance(part[key], (dict, list)) and part[key]]
    if deeper and data.draw(st.integers(0, 3)):
        return _edit(part[data.draw(st.sampled_from(deeper))], data)
    if isinstance(part, dict):
        if keys and data.draw(st.booleans()):
            part.pop(data.draw(st.sampled_from(keys)))
        part[data.draw(st.one_of(words, st.sampled_from(keys)) if keys else words)] = data.draw(values)
    else:
        part.insert(data.draw(st.integers(0, len(part))), data.draw(values))
        part.append(part.pop(data.draw(st.integers(0, len(part) - 1))))
