"""The publish gate for shared steps: that of every calling procedure (`gate.py`), on its text as it will be.

Each caller is asked as if its own draft held the redrawn steps; so the four parts mean for it what they always mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.check import Rulebook, check_documents
from engine.check.subject import read as read_subject
from engine.definitions import DIAGRAM, fingerprint
from engine.errors import NotPossible
from engine.operations import Registry
from engine.problems import DefinitionInvalid, Problem
from engine.transactions import Tx
from engine.workbench.drafts import Draft, find
from engine.workbench.gate import Gate, examine
from engine.workbench.impact import Impact
from engine.workbench.shared import SharedSteps, read

Books = Mapping[str, Rulebook]


@dataclass(frozen=True)
class SharedGate:
    """What was found about a text of shared steps: about itself, and in each caller (by id) with its name."""

    problems: tuple[Problem, ...]
    names: Mapping[str, str]
    gates: Mapping[str, Gate]

    @property
    def errors(self) -> list[Problem]:
        return [one for one in self.problems if one.level == "error"]

    def must_hold(self, doing: str) -> None:
        """Raises DefinitionInvalid for errors of any check, NotPossible for what else stands against it anywhere."""
        if self.errors:
            raise DefinitionInvalid(self.errors)
        against = [f"{self.names[caller]}：{why}" for caller, gate in self.gates.items() for why in gate.against()]
        if against:
            raise NotPossible(what=doing, why="\n".join(against))


def callers_drafts(tx: Tx, steps: SharedSteps, draft: Draft) -> dict[str, Draft]:
    """Each caller as a draft of its own with the redrawn steps in it, and what is known of it so far.

    That of a caller whose own draft is joined (`joining.py`) begins with the text of that one.
    """
    own = joined(tx, draft)
    return {caller: _as_its_own(steps, draft, caller, own.get(caller)) for caller in steps.callers}


def joined(tx: Tx, draft: Draft) -> dict[str, Draft]:
    """The drafts of callers that are published together with the shared steps, as they are now."""
    found = {caller: find(tx, caller) for caller in sorted(draft.joined)}
    return {caller: own for caller, own in found.items() if own is not None}


def texts_of(tx: Tx, draft: Draft) -> dict[str, Draft]:
    """What the gate looks at, by procedure: the draft itself, or each caller of the shared steps that it redraws."""
    return callers_drafts(tx, read(tx, draft.process), draft) if draft.shared else {draft.process: draft}


def noted_as(draft: Draft, text: Draft, scenario: str) -> str:
    """The name under which `draft` notes how a scenario of one of its texts (`texts_of`) went."""
    return story_key(text.documents, scenario) if draft.shared else scenario


def _as_its_own(steps: SharedSteps, draft: Draft, caller: str, own: Draft | None) -> Draft:
    documents = steps.within(caller, draft.documents, own.documents if own else None)
    mark = story_key(documents, "")
    played = {name.removeprefix(mark): told for name, told in draft.played.items() if name.startswith(mark)}
    return replace(
        draft,
        process=caller,
        base=steps.callers[caller][0].id,
        documents=documents,
        played=played,
        plays={},
        evidence=draft.evidence.get("callers", {}).get(caller, {}),
        callers=None,
        joined=frozenset(),
    )


def story_key(documents: Mapping[str, str], name: str) -> str:
    """Under which name a draft of shared steps notes a caller's scenario: the result is of these very documents."""
    return f"{fingerprint(documents)[:16]}/{name}"


def examine_shared(
    tx: Tx,
    draft: Draft,
    books: Books,
    registry: Registry,
    impacts: Mapping[str, Impact | None],
    intended: Mapping[int, str] | None = None,
) -> SharedGate:
    """Gather the gates of all callers; `impacts` by caller, `intended` as for `gate.examine` (ids are of all).

    Raises NotFound when no procedure calls the steps any more.
    """
    steps = read(tx, draft.process)
    gates = {
        caller: examine(tx, one, books, registry, impacts.get(caller), intended)
        for caller, one in callers_drafts(tx, steps, draft).items()
    }
    own = _own_problems(steps.process, draft.documents, books, registry)
    names = {caller: version.name for caller, (version, _) in steps.callers.items()}
    found = {caller: gate.problems for caller, gate in gates.items()}
    return SharedGate(tuple(_told(steps, draft.documents, own, found)), names, gates)


def check_shared(
    tx: Tx, steps: SharedSteps, draft: Draft, documents: Mapping[str, str], books: Books, registry: Registry
) -> list[Problem]:
    """What the check finds in a text of the draft and in every caller with it; the messages name the caller."""
    own = _own_problems(steps.process, documents, books, registry)
    texts = callers_drafts(tx, steps, replace(draft, documents=documents))
    found = {caller: check_documents(caller, one.documents, books, registry) for caller, one in texts.items()}
    return _told(steps, documents, own, found)


def _own_problems(process: str, documents: Mapping[str, str], books: Books, registry: Registry) -> list[Problem]:
    subject = read_subject(process, documents, registry, books)[0]
    if subject.drawing.processes and not subject.shared:
        remedy = f'流程的编号须是 {process}，并标明 cs:shared="true"；可在“版本”里恢复旧的一稿'
        return [Problem(DIAGRAM, process, "这张图不再是这些共用环节", remedy)]
    return check_documents(process, documents, books, registry)


def _told(
    steps: SharedSteps,
    documents: Mapping[str, str],
    own: Iterable[Problem],
    found: Mapping[str, Iterable[Problem]],
) -> list[Problem]:
    """Problems of the drawing itself, then those of callers, each once with the callers it is in."""
    known = {(one.what, one.node or one.element): one for one in own}
    where: dict[Problem, list[str]] = {}
    for caller, problems in found.items():
        for one in problems:
            if (one.what, one.node or one.element) not in known:
                where.setdefault(one, []).append(caller)
    return [*sorted(known.values()), *(_in_callers(steps, documents, one, where[one]) for one in sorted(where))]


def _in_callers(steps: SharedSteps, documents: Mapping[str, str], one: Problem, callers: list[str]) -> Problem:
    """A problem with the callers named; its element is marked only where it is drawn in the shared steps."""
    names = "”、“".join(steps.callers[caller][0].name for caller in callers)
    drawn = one.node and f'id="{one.node}"' in documents[DIAGRAM]
    every = "都" if len(callers) > 1 and len(callers) == len(steps.callers) else ""
    return replace(one, what=f"在“{names}”里{every}：{one.what}", node=one.node if drawn else "")


def evidence_of(found: SharedGate, process: str, caller: str) -> dict[str, Any]:
    """What is kept with the new version of a caller."""
    return found.gates[caller].evidence() | {"shared": process}
