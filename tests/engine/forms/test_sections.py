"""Completeness and what a signature binds."""

from __future__ import annotations

from engine.forms import Catalogue, digest, missing, section_hash, section_hashes

from .conftest import GOOD


def test_missing_names_what_the_maintainer_may_not_do_without(catalogue: Catalogue) -> None:
    values = GOOD | {"group": "C008"}

    found = {problem.field for problem in missing(catalogue, ["general", "accounting"], values)}

    assert found == {"partner", "credit_limit"}


def test_a_change_of_a_signed_field_changes_the_hash_and_of_another_does_not(catalogue: Catalogue) -> None:
    signed = section_hash(catalogue, ["general"], GOOD)

    assert section_hash(catalogue, ["general"], GOOD | {"credit_limit": "5.00"}) == signed
    assert section_hash(catalogue, ["general"], GOOD | {"legal_name": "别的公司"}) != signed
    assert section_hash(catalogue, ["general", "accounting"], GOOD) != signed


def test_filling_in_nothing_changes_no_hash(catalogue: Catalogue) -> None:
    assert section_hash(catalogue, ["general"], GOOD | {"note": "", "staff": None}) == section_hash(
        catalogue, ["general"], GOOD
    )


def test_the_hash_is_that_of_the_hashes_of_the_sections(catalogue: Catalogue) -> None:
    hashes = section_hashes(catalogue, ["general", "accounting"], GOOD)

    assert section_hash(catalogue, ["general", "accounting"], GOOD) == digest(hashes)
    assert hashes["general"] == section_hashes(catalogue, ["general"], GOOD)["general"]


def test_a_zero_and_a_no_are_answers_that_are_signed() -> None:
    assert digest({"staff": 0, "listed": False}) != digest({})
