"""A newcomer finds the place for a change by the READMEs: they name every module, and none that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = sorted(path for room in ("engine", "handlers", "webui", "tests") for path in (ROOT / room).rglob("README.md"))
MODULES = {path.relative_to(ROOT).as_posix() for room in ("engine", "handlers", "webui", "tests")
           for path in (ROOT / room).rglob("*.py")}  # fmt: skip
_NAMED = re.compile(r"`(?:\.\./)*([\w/]+\.py)[`: ]")


def name_of(readme: Path) -> str:
    return readme.parent.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_every_module_a_readme_names_is_there(readme: Path) -> None:
    named = _NAMED.findall(readme.read_text(encoding="utf-8"))

    assert [one for one in named if not any(f"/{module}".endswith(f"/{one}") for module in MODULES)] == []


@pytest.mark.parametrize("readme", [one for one in READMES if "tests" not in one.parts], ids=name_of)
def test_every_module_beside_a_readme_is_named_in_it(readme: Path) -> None:
    # the words of the README, so that `spiff/parser.py`, `parser.py` and `parser` all name parser.py
    words = set(re.findall(r"\w+", readme.read_text(encoding="utf-8")))

    assert [one.name for one in sorted(readme.parent.glob("*.py")) if one.stem not in words | {"__init__"}] == []
