"""共用环节: steps that several procedures call, redrawn in one place and published in all of them at once.

They have no versions of their own: what is in force is what the newest versions of the calling procedures hold under
`called/`. So nothing can disagree with what cases run on, and a case stays with the steps it was started with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from engine.definitions import CALLED, CALLS, DIAGRAM
from engine.errors import NotFound, NotPossible
from engine.policy_limits import LIMITS
from engine.spiff import DiagramError
from engine.spiff.xml import OURS, bpmn, root_of
from engine.transactions import Tx
from engine.workbench.documents import place_of, reached, steps_of
from engine.workbench.versions import Version, documents_of, newest_of_all, versions


@dataclass(frozen=True)
class SharedSteps:
    """Shared steps in force; `callers` maps each procedure that calls them to its newest version and the documents."""

    process: str
    callers: Mapping[str, tuple[Version, Mapping[str, str]]]

    @cached_property
    def texts(self) -> dict[str, str]:
        """The drawing as each caller holds it."""
        return {caller: held[place_of(self.process)] for caller, (_, held) in self.callers.items()}

    @property
    def agreed(self) -> bool:
        """Whether all callers hold the same drawing."""
        return len(set(self.texts.values())) == 1

    @cached_property
    def name(self) -> str:
        """What the steps are called in their drawing."""
        return name_of(self.process, next(iter(self.texts.values())))

    @property
    def noted(self) -> dict[str, int]:
        """Id of the newest version of each caller."""
        return {caller: version.id for caller, (version, _) in self.callers.items()}

    def base(self, like: str = "") -> int:
        """Id of the version whose drawing a draft begins with: that of the caller `like`, any when all agree.

        Raises NotPossible while they differ and nobody has chosen.
        """
        if self.agreed:
            like = like if like in self.callers else next(iter(self.callers))
        if like not in self.callers:
            names = "、".join(version.name for version, _ in self.callers.values())
            why = f"调用它的流程（{names}）现用的稿子不同。请在流程工作台选定以哪个流程的一稿为基础；发布后各流程一致"
            raise NotPossible(what="修改这些共用环节", why=why)
        return self.callers[like][0].id

    def within(self, caller: str, documents: Mapping[str, str], own: Mapping[str, str] | None = None) -> dict[str, str]:
        """The documents of a caller as they will be when the draft `documents` is published.

        `own` are those of the caller's draft, when that is published together with it.
        """
        held = dict(self.callers[caller][1] if own is None else own)
        more = {path: text for path, text in documents.items() if path.startswith(CALLED) and path not in held}
        limits = {path: text for path, text in documents.items() if path == LIMITS}
        return held | more | limits | {place_of(self.process): documents[DIAGRAM]}


def in_force(tx: Tx) -> dict[str, SharedSteps]:
    """All shared steps that the newest versions of procedures call, directly or not, in the order of their ids."""
    found: dict[str, dict[str, tuple[Version, Mapping[str, str]]]] = {}
    for version in newest_of_all(tx):
        documents = documents_of(tx, version.process, version.id)
        for name in reached(documents):
            found.setdefault(name, {})[version.process] = (version, documents)
    return {name: SharedSteps(name, found[name]) for name in sorted(found)}


def find(tx: Tx, process: str) -> SharedSteps | None:
    """The shared steps of that process, None when there are none or it is a procedure with versions of its own."""
    return None if versions(tx, process) else in_force(tx).get(process)


def read(tx: Tx, process: str) -> SharedSteps:
    """The same; raises NotFound when no procedure calls them any more."""
    found = find(tx, process)
    if found is None:
        raise NotFound("没有流程再调用共用环节 {process}。", process=process)
    return found


@dataclass(frozen=True)
class Drawing:
    """A drawing of shared steps that was published: `first` brought it, `held` maps its callers to their versions."""

    number: int  # 1 is the oldest
    first: Version
    held: Mapping[str, Version]


def drawings(tx: Tx, steps: SharedSteps) -> list[Drawing]:
    """What the callers have held of the shared steps over time, newest first; a drawing counts anew when it returns."""
    known = sorted((one for caller in steps.callers for one in versions(tx, caller)), key=lambda one: one.id)
    texts: list[str] = []
    found: list[dict[str, Version]] = []
    for version in known:
        documents = documents_of(tx, version.process, version.id)
        text = documents.get(place_of(steps.process))
        if text is None:
            continue
        if text not in texts[-1:]:
            texts.append(text)
            found.append({})
        found[-1][version.process] = version
    numbered = [Drawing(number, next(iter(held.values())), held) for number, held in enumerate(found, start=1)]
    return numbered[::-1]


def outdated(tx: Tx, steps: SharedSteps, base: int | None, noted: Mapping[str, int]) -> list[str]:
    """The callers whose drawing is no longer the one they held when a draft was begun from `base`, by name."""
    started = {caller: documents_of(tx, steps.process, version)[DIAGRAM] for caller, version in noted.items()}
    first = documents_of(tx, steps.process, base)[DIAGRAM] if base else None
    return [
        version.name
        for caller, (version, _) in steps.callers.items()
        if steps.texts[caller] != started.get(caller, first)
    ]


def with_steps_in_force(tx: Tx, process: str, documents: Mapping[str, str]) -> dict[str, str]:
    """Documents of a procedure with the shared steps it calls as they are in force, of other callers if need be.

    An old text or a file can so never bring an old drawing of shared steps back into one procedure alone.
    """
    wanted, held = reached(documents), dict(documents)
    known = versions(tx, process)
    own = documents_of(tx, process, known[0].id) if known else {}
    missing = [name for name in wanted if place_of(name) not in own]
    others = in_force(tx) if missing else {}
    for name in wanted:
        place = place_of(name)
        if place in own:
            held[place] = own[place]
        elif name in others:
            held[place] = next(iter(others[name].texts.values()))
    return held


def steps_kept(documents: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    """The shared steps of documents that are not those of the old text they were restored from, by name."""
    places = {place_of(name): name for name in reached(documents)}
    return [
        name_of(name, documents[place])
        for place, name in places.items()
        if documents[place] != old.get(place, documents[place])
    ]


def completed(tx: Tx, documents: Mapping[str, str]) -> dict[str, str]:
    """Documents with the drawings of shared steps in force that they have begun to call."""
    missing = [name for name in CALLS.findall(documents.get(DIAGRAM, "")) if place_of(name) not in documents]
    known = in_force(tx) if missing else {}
    more: dict[str, str] = {}
    for name in missing:
        if name in known:
            _, held = next(iter(known[name].callers.values()))
            more |= {place_of(one): held[place_of(one)] for one in (name, *reached(steps_of(held, name)))}
    return {**more, **documents}


def marked(process: str, diagram: str) -> str:
    """A drawing made elsewhere with the process marked as shared steps; raises DiagramError for what is none."""
    root = root_of(DIAGRAM, diagram.encode())
    for one in root.iterfind(bpmn("process")):
        if one.get("id") == process and one.get(f"{{{OURS}}}shared") != "true":
            etree.cleanup_namespaces(root, top_nsmap={"cs": OURS}, keep_ns_prefixes=["cs"])
            one.set(f"{{{OURS}}}shared", "true")
            text = etree.tostring(root, encoding="unicode", pretty_print=True)
            return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
    return diagram


def name_of(process: str, diagram: str) -> str:
    """The name that a drawing gives a process, its id when it gives none."""
    try:
        found = root_of(DIAGRAM, diagram.encode()).iterfind(bpmn("process"))
    except DiagramError:
        return process
    return next((one.get("name") or process for one in found if one.get("id") == process), process)
