"""Signatures and department seals: both are bound to the hash of the sections they cover.

A later change of any covered field changes the hash, which voids signature and seal alike (SD-010 2.3, AMB-36).
Where the form allows it, a scan of the paper stands for the electronic seal; the system attests what it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine import scans
from engine.forms import Catalogue, Submission, section_hash, section_hashes
from engine.posts import Acting
from engine.seals import LOG, Seals
from engine.spiff import Node
from engine.store import stamp

if TYPE_CHECKING:
    from engine.items import Item
    from engine.step import Step

Signature = Mapping[str, Any]
PROOFS = ("seal", "attested")  # what vouches for the rest of a signature


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
        "name": capacity.person.name,
        "on_behalf_of": capacity.on_behalf_of.id if capacity.on_behalf_of else None,
        "department": department.code,
        "at": stamp(step.now),
    }
    if submission.rows:  # rows that live elsewhere, as the signer had them before him
        signature["rows"] = dict(submission.rows)
    if node.extensions.get("seal") != "true":
        return signature | {"seal": None}
    if scanned := scans.of(step.tx, submission):
        signature["scan"] = scanned
        return signature | {"seal": None, "attested": step.engine.seals.seal(LOG, signature)}
    return signature | {"seal": step.engine.seals.seal(department.code, signature)}


def sealed(signature: Signature | None) -> bool:
    """Whether a seal was set: the electronic one, or one on paper of which a scan is kept."""
    return bool(signature and (signature.get("seal") or signature.get("scan")))


def payload(signature: Signature) -> dict[str, Any]:
    """What the seal covers: all but itself."""
    return {name: value for name, value in signature.items() if name not in PROOFS}


def proof(signature: Signature) -> tuple[str, Mapping[str, str]] | None:
    """Whose key vouches for a signature, with the seal; None when it bears none."""
    if signature.get("scan"):
        return LOG, signature.get("attested") or {}
    return (str(signature["department"]), signature["seal"]) if signature.get("seal") else None


def genuine(seals: Seals, signature: Signature) -> bool:
    """Whether the seal a signature bears, if any, is one over exactly this signature."""
    found = proof(signature)
    return found is None or seals.verify(found[0], payload(signature), found[1])


def valid(
    seals: Seals,
    catalogue: Catalogue,
    signature: Signature,
    values: Mapping[str, Any],
    later: Iterable[Signature] = (),
) -> bool:
    """Whether a stored signature still covers these values and its seal, if any, is genuine.

    A section that a `later` signature covers has been answered for by somebody else since: it voids nothing here.
    """
    answered = {name for other in later for name in other["sections"]}
    now = section_hashes(catalogue, signature["sections"], values)
    unchanged = all(now[name] == signature["hashes"][name] for name in now if name not in answered)
    return unchanged and genuine(seals, signature)
