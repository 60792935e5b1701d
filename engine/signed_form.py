"""签章文件: what was signed in a case, by whom, with which keys, as one file that needs neither database nor network.

JSON: `sections` (values; a sensitive one with its own salt, or only its commitment), `signatures` as they were given,
`letters` with theirs, `files` (digests), `keys` (certificates of the seals), `root`, and the root's seal over all.
Read by `signed_check.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from engine import signing
from engine.casefile import CaseFile, Item
from engine.forms import Catalogue, digest, section_hashes
from engine.forms.fields import Field
from engine.forms.sensitive import SALT, commitment, conceal, is_sensitive, leaf_salt
from engine.people import People
from engine.seals import LOG, ROOT, Seals
from engine.store import dumps, stamp
from engine.transactions import Tx

FORMAT = "countersign-signed/1"
SYSTEM = "会签系统"  # whose key attests what the system itself has seen
SHOWN, VALUE = "_salt", "_value"  # a sensitive value that is disclosed
FILE = "SELECT id, name, sha256, size FROM attachment WHERE id = ?"

Content = dict[str, Any]


def write(
    tx: Tx, file: CaseFile, people: People, seals: Seals, now: datetime, clear: frozenset[str],
    letters: Iterable[Content] = (),
) -> bytes:  # fmt: skip
    """The file of a case; sensitive values of fields that are not `clear` enter as commitments only."""
    return packed(seals, now, content(tx, file, people, seals, clear, letters))


def content(
    tx: Tx, file: CaseFile, people: People, seals: Seals, clear: frozenset[str], letters: Iterable[Content] = ()
) -> Content:
    """Everything but the seal over all."""
    signed, letters = signed_items(file), list(letters)
    given = [*(one.signature or {} for one in signed), *(one["signed"] for one in letters)]
    sections = _signed_sections(file)
    return {
        "case": _case(file),
        "sections": {name: _section(file, catalogue, name, clear) for name, catalogue in sections.items()},
        "signatures": [_signature(file, one, people) for one in signed],
        "letters": letters,
        "files": _files(tx, file, sections),
        "keys": certificates(seals, people, given),
    }  # fmt: skip


def of_letters(file: CaseFile, people: People, seals: Seals, now: datetime, letters: list[Content]) -> bytes:
    """A file of letters alone: who reads it learns nothing else of the case."""
    keys = certificates(seals, people, [one["signed"] for one in letters])
    parts = {"case": _case(file), "sections": {}, "signatures": [], "letters": letters, "files": [], "keys": keys}
    return packed(seals, now, parts)


def packed(seals: Seals, now: datetime, parts: Content) -> bytes:
    """The bytes of a file with these parts: format, root and the root's seal added, indented for readers."""
    whole = {"format": FORMAT, **parts, "root": seals.root(), "exported_at": stamp(now)}
    return canonical({**whole, "seal": seals.seal(ROOT, whole)})


def canonical(whole: Mapping[str, Any]) -> bytes:
    """The only way in which such a file is written: another layout is another file."""
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def letter(signed: Mapping[str, Any], department: str, text: Mapping[str, str]) -> Content:
    """A letter as it enters a file: what it says, the name of the department that issued it, and its signature."""
    return {"department": department, "text": dict(text), "signed": dict(signed)}


def code(hashes: Mapping[str, str], signed: Iterable[Mapping[str, Any]]) -> str:
    """校验码: the same on the printed form and in the file, whoever looks; sixteen hex digits in groups of four."""
    proved = [[one.get("hash"), (signing.proof(one) or ("", {}))[1].get("value")] for one in signed]
    found = digest({"sections": dict(hashes), "signatures": proved})[:16].upper()
    return "-".join(found[place : place + 4] for place in range(0, 16, 4))


def code_of(file: CaseFile) -> str:
    """The 校验码 of a case as it stands."""
    signed = [one.signature or {} for one in signed_items(file)]
    hashes = {one: _section_hash(file, catalogue, one) for one, catalogue in _signed_sections(file).items()}
    return code(hashes, signed)


def signed_items(file: CaseFile) -> list[Item]:
    """The signed steps, oldest first."""
    return sorted((one for one in file.items if one.signature), key=lambda one: (str(one.done_at), one.id))


# --- the parts -------------------------------------------------------------------------------------------------


def _case(file: CaseFile) -> Content:
    case, definition = file.case, file.definition
    told = {"number": case.number, "title": case.title, "process": definition.name}
    return {**told, "version": definition.version, "definition": definition.fingerprint}


def _sections(item: Item) -> list[str]:
    return list((item.signature or {})["sections"])


def _signed_sections(file: CaseFile) -> dict[str, Catalogue]:
    """The sections that somebody has signed, in their order, each with the catalogue of the version it was last signed
    in: a case that has been moved since is proved by what was laid before the signer.
    """
    found: dict[str, Catalogue] = {}
    for one in signed_items(file):
        found |= dict.fromkeys(_sections(one), file.definition_of(one).catalogue)
    order = {name: [one.id for one in catalogue.sections].index(name) for name, catalogue in found.items()}
    return {name: found[name] for name in sorted(found, key=order.__getitem__)}


def _section_hash(file: CaseFile, catalogue: Catalogue, name: str) -> str:
    return section_hashes(catalogue, [name], file.case.form)[name]


def _section(file: CaseFile, catalogue: Catalogue, name: str, clear: frozenset[str]) -> Content:
    """Values as they are hashed, but what is disclosed with its salt beside it.

    A case of the first release has no salt: a section with something sensitive in it is given by its hash alone.
    """
    section, form = catalogue.by_id[name], file.case.form
    told = {"title": section.title, "labels": {one.id: one.label for one in section.fields}}
    values = {one.id: form[one.id] for one in section.fields if form.get(one.id) not in (None, "", [])}
    salt, known = str(form.get(SALT) or ""), held(file)
    if not salt and any(_hides(one, values.get(one.id)) for one in section.fields if one.id not in clear):
        return {**told, "hash": _section_hash(file, catalogue, name)}
    if salt:
        for one in section.fields:
            if one.id in values:
                values |= conceal([one], {one.id: values[one.id]}, leaf(salt, one.id in clear, known))
    return {**told, "values": values}


def leaf(salt: str, clear: bool, held: set[str]) -> Any:
    """What stands for a sensitive value: disclosed with its own salt, or its commitment alone."""

    def hide(path: str, value: Any) -> Content:
        own = leaf_salt(salt, path)
        return {SHOWN: own, VALUE: value} if clear and dumps(value) not in held else commitment(own, value)

    return hide


def held(file: CaseFile) -> set[str]:
    """The sensitive values that the record holds which the case is about: nobody reads them in a form."""
    found: set[str] = set()
    conceal(file.definition.sensitive, file.case.base or {}, lambda _, value: found.add(dumps(value)))
    return found


def _hides(one: Field, value: Any) -> bool:
    rows = value if one.columns and isinstance(value, list) else ()
    cells = [(column, row.get(column.id)) for row in rows for column in one.columns]
    return any(is_sensitive(field, cell) for field, cell in [(one, value), *cells])


def _signature(file: CaseFile, item: Item, people: People) -> Content:
    """A signature as it was given; `version` is told when the case has been moved to another one since."""
    signed, given_in = dict(item.signature or {}), file.definition_of(item)
    behalf = people.person(item.on_behalf_of).name if item.on_behalf_of else ""
    moved = {"version": given_in.version} if given_in.version != file.definition.version else {}
    return moved | {
        "step": item.name, "person": people.person(item.done_by or 0).name, "on_behalf_of": behalf,
        "department": people.department(item.department_id or 0).name, "comment": item.comment or "", "signed": signed,
    }  # fmt: skip


def _files(tx: Tx, file: CaseFile, sections: Mapping[str, Catalogue]) -> list[Content]:
    """Digests of the files that the signed sections name."""
    fields = [one for name, catalogue in sections.items() for one in catalogue.by_id[name].fields]
    ids = [str(one) for field in fields if field.kind == "attachment" for one in file.case.form.get(field.id) or ()]
    rows = [row for one in ids if (row := tx.one(FILE, (one,)))]
    return [{"id": row[0], "name": row[1], "sha256": row[2], "size": row[3]} for row in rows]


def certificates(seals: Seals, people: People, signed: Iterable[Mapping[str, Any]]) -> list[Content]:
    """Certificates of every key of everybody whose seal is in the file."""
    owners = sorted({found[0] for one in signed if (found := signing.proof(one))})
    return [seals.certificate(key, name_of(people, owner)) for owner in owners for key in seals.ring.keys(owner)]


def name_of(people: People, owner: str) -> str:
    """Whose key it is, as people say it."""
    department = people.by_code(owner)
    return SYSTEM if owner == LOG else department.name if department else owner


def text_digest(text: Mapping[str, str]) -> str:
    """The sha256 (hex) a letter's signature is over."""
    return digest(text)
