"""A policy's parameters are edited as fields: the text keeps what no field shows, and says what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import policy_form
from engine.forms.yaml import load
from engine.policy import Policies
from engine.policy_reader import PolicyInvalid

TEXT = Path("processes/policies/SD-010.yaml").read_text("utf-8")
FIELDS = {field.key: field for group in policy_form.groups(TEXT, "SD-010.yaml") for field in group.fields}


def filled(**typed: str) -> str:
    return policy_form.filled(TEXT, "SD-010.yaml", {key.replace("__", "."): value for key, value in typed.items()})


def test_the_fields_say_what_the_text_says() -> None:
    shown = {key: FIELDS[key].value for key in ("clocks.T2.normal", "penalty.overtime.focal", "cap.per_person_month")}

    assert shown == {"clocks.T2.normal": "4h", "penalty.overtime.focal": "50", "cap.per_person_month": ""}
    assert FIELDS["ladder.escalate_to"].value == "主管领导、分管领导、考核人员"
    assert all(field.label and field.label[0] > "\x7f" for field in FIELDS.values()), "every label is Chinese"
    assert all(
        any(field.value == value for value, _ in field.choices) for field in FIELDS.values() if field.kind == "choice"
    )


def test_what_is_typed_stands_in_the_text_and_every_other_line_and_comment_stays() -> None:
    text = filled(clocks__T2__normal="6h", policy__version="2026-12", policy__effective_from="2026-12-01")

    found = Policies.parse(text).versions[0]
    kept = set(text.splitlines())
    assert str(found.clocks["T2"][0].limit) == "6h"
    assert (found.version, found.effective_from.isoformat()) == ("2026-12", "2026-12-01")
    assert len([line for line in TEXT.splitlines() if line not in kept]) == 2


def test_lists_are_read_by_their_words_and_an_empty_limit_only_measures() -> None:
    text = filled(ladder__escalate="到期时，+3h", ladder__escalate_to="主管领导、考核人员", clocks__T3__urgent="")

    found = Policies.parse(text).versions[0]
    assert found.ladder.escalate_to == ("leader", "assessor")
    assert [str(one) for one in found.ladder.escalate] == ["None", "3h"]
    assert found.clocks["T3"][1].limit is None


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("clocks.T2.normal", "六小时"),
        ("penalty.overtime.focal", "五十"),
        ("policy.effective_from", "明天"),
        ("annual_freeze.month", "13"),
    ],
)
def test_what_the_reader_refuses_it_refuses_by_the_key_of_the_field(key: str, typed: str) -> None:
    text = policy_form.filled(TEXT, "SD-010.yaml", {key: typed})

    with pytest.raises(PolicyInvalid) as refused:
        Policies.parse(text)

    assert refused.value.values["key"] == key


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=12), max_size=4))
def test_whatever_is_typed_the_text_can_be_read_and_shows_it_again(typed: dict[str, str]) -> None:
    text = policy_form.filled(TEXT, "SD-010.yaml", typed)

    assert load(text, "")["policy"]["id"] == "SD-010"
    assert policy_form.filled(text, "SD-010.yaml", {}) == text
