"""Signatures and department seals: both are bound to the hash of the sections they cover.

A later change of any covered field changes the hash, which voids signature and seal alike (SD-010 2.3, AMB-36).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine.forms import Catalogue, Submission, section_hash, section_hashes
from engine.posts import Acting
from engine.seals import Seals
from engine.spiff import Node
from engine.store import stamp

if TYPE_CHECKING:
    from engine.items import Item
    from engine.step import Step


def sign(step: Step, node: Node, item: Item, capacity: Acting, submission: Submission) -> dict[str, Any] | None:
    """The signature over the sections the form names, with the department's seal where the diagram asks for it.

    None when the step is not signed, or when its outcome is a refusal or a return.
    """
    if node.extensions.get("sign") != "true" or not submission.signs:
        return None
    department = step.people.department(item.department_id or 0)
    signature: dict[str, Any] = {
        "case": step.case.number,
        "node": node.id,
        "sections": list(submission.sections),
        "hash": section_hash(step.definition.catalogue, submission.sections, submission.values),
        "hashes": section_hashes(step.definition.catalogue, submission.sections, submission.values),
        "by": capacity.person.id,
        "on_behalf_of": capacity.on_behalf_of.id if capacity.on_behalf_of else None,
        "department": department.code,
        "at": stamp(step.now),
    }
    sealed = node.extensions.get("seal") == "true"
    return signature | {"seal": step.engine.seals.seal(department.code, signature) if sealed else None}


def valid(
    seals: Seals,
    catalogue: Catalogue,
    signature: Mapping[str, Any],
    values: Mapping[str, Any],
    later: Iterable[Mapping[str, Any]] = (),
) -> bool:
    """Whether a stored signature still covers these values and its seal, if any, is genuine.

    A section that a `later` signature covers has been answered for by somebody else since: it voids nothing here.
    """
    answered = {name for other in later for name in other["sections"]}
    now = section_hashes(catalogue, signature["sections"], values)
    if any(now[name] != signature["hashes"][name] for name in now if name not in answered):
        return False
    if signature.get("seal") is None:
        return True
    payload = {name: value for name, value in signature.items() if name != "seal"}
    return seals.verify(signature["department"], payload, signature["seal"])
