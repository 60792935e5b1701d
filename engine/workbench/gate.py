"""The publish gate: everything that speaks for or against one text of a procedure, gathered once, kept as evidence.

Four parts: the check, the scenarios (each run on exactly this text), the golden cases (routed equally, or said to be
changed on purpose) and the blast radius over the running cases. A further part is a field of `Gate`, a line in
`against` and one in `evidence`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.check import Rulebook, check_documents
from engine.definitions import build, fingerprint
from engine.errors import FieldProblem, FormInvalid, NotPossible
from engine.operations import Registry
from engine.problems import DefinitionInvalid, Problem
from engine.transactions import Tx
from engine.workbench import golden
from engine.workbench.differences import changes
from engine.workbench.drafts import SCENARIOS, Draft
from engine.workbench.impact import Impact
from engine.workbench.versions import documents_of

LONGEST = 1000  # characters of a reason or an opinion


@dataclass(frozen=True)
class Golden:
    """A golden case on this text; `intended` is why its route changes on purpose, empty when nobody has said so."""

    id: int
    name: str
    differences: tuple[str, ...]
    intended: str

    @property
    def stands(self) -> bool:
        return bool(self.differences) and not self.intended


@dataclass(frozen=True)
class Gate:
    """What was found about one text. `scenarios`: name → what went otherwise, "" as expected, None: not run."""

    fingerprint: str
    problems: tuple[Problem, ...]
    changes: tuple[str, ...]
    scenarios: Mapping[str, str | None]
    golden: tuple[Golden, ...]
    impact: Impact | None

    @property
    def errors(self) -> list[Problem]:
        return [one for one in self.problems if one.level == "error"]

    def against(self) -> Iterator[str]:
        """What keeps the text from being published, apart from errors of the check."""
        wrong = [name for name, told in self.scenarios.items() if told]
        if wrong:
            yield f"情景“{'”、“'.join(wrong)}”不符合预期。请改图，或改正情景的预期后重新运行"
        missing = [name for name, told in self.scenarios.items() if told is None]
        if missing:
            yield f"情景“{'”、“'.join(missing)}”还没有在这一稿上运行。请在“变更与发布”里运行"
        for one in self.golden:
            if one.stands:
                yield (
                    f"金样“{one.name}”走的路线与原来不同：{one.differences[0]}。"
                    "有意改变的，请起草人提请时勾选并写明理由；否则请改图"
                )
        if self.impact is None or self.impact.fingerprint != self.fingerprint:
            yield "在办影响不是按这一稿算的，请刷新后再看"

    def must_hold(self, doing: str) -> None:
        """Raises DefinitionInvalid for errors of the check, NotPossible for anything else that stands against it."""
        if self.errors:
            raise DefinitionInvalid(self.errors)
        against = list(self.against())
        if against:
            raise NotPossible(what=doing, why="\n".join(against))

    def evidence(self) -> dict[str, Any]:
        """What is kept with the version."""
        return {
            "fingerprint": self.fingerprint,
            "problems": [str(one) for one in self.problems],
            "changes": list(self.changes),
            "scenarios": {name: _told(wrong) for name, wrong in self.scenarios.items()},
            "golden": [asdict(one) for one in self.golden],
            "impact": self.impact.kept() if self.impact else None,
        }


def examine(
    tx: Tx,
    draft: Draft,
    books: Mapping[str, Rulebook],
    registry: Registry,
    impact: Impact | None,
    intended: Mapping[int, str] | None = None,
) -> Gate:
    """Gather the parts for the draft as it is now; what the check finds is what `countersign check` prints.

    `impact` is computed beforehand (`impact.impact_of`), outside of the publishing transaction. `intended` names the
    golden cases said to change on purpose, with the reason; None: what was said when the draft was proposed.
    """
    problems = check_documents(draft.process, draft.documents, books, registry)
    told = changes(draft.process, documents_of(tx, draft.process, draft.base) if draft.base else {}, draft.documents)
    broken = any(one.level == "error" for one in problems)
    return Gate(
        fingerprint(draft.documents),
        tuple(problems),
        tuple(str(one) for one in told),
        {name: draft.played.get(name) for name in scenarios(draft)},
        () if broken else tuple(_golden(tx, draft, intended)),
        impact,
    )


def scenarios(draft: Draft) -> list[str]:
    """The names of the draft's scenarios."""
    paths = (path for path in draft.documents if path.startswith(SCENARIOS))
    return sorted(path.removeprefix(SCENARIOS).removesuffix(".yaml") for path in paths)


def reasons(typed: Mapping[int, str]) -> dict[int, str]:
    """What was said of the golden cases that were ticked; raises FormInvalid for a reason that is none."""
    said = {one: text.strip() for one, text in typed.items()}
    if any(not text or len(text) > LONGEST for text in said.values()):
        what = f"勾选为有意改变的金样，请各写明理由（最多 {LONGEST} 个字）"
        raise FormInvalid([FieldProblem("intended", what, "改变路线的理由")], {})
    return said


def digest(evidence: Mapping[str, Any]) -> str:
    """The fingerprint of evidence, noted in the administrators' log when the version is published."""
    text = json.dumps(evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _golden(tx: Tx, draft: Draft, intended: Mapping[int, str] | None) -> Iterator[Golden]:
    for one in golden.run(tx, build(draft.process, draft.documents)):
        why = _said(draft, one) if intended is None else intended.get(one.id, "")
        yield Golden(one.id, one.name, one.differences, why if one.differences else "")


def _said(draft: Draft, result: golden.Result) -> str:
    """The reason given when this text was proposed; it counts for the very differences it was given for."""
    if draft.evidence.get("fingerprint") != fingerprint(draft.documents):
        return ""
    known = (one for one in draft.evidence["golden"] if one["id"] == result.id)
    return next((one["intended"] for one in known if tuple(one["differences"]) == result.differences), "")


def _told(wrong: str | None) -> str:
    return "没有运行" if wrong is None else wrong or "符合"
