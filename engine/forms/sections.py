"""Questions about the sections of a case's form: is it complete, what exactly was signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from engine.errors import FieldProblem
from engine.forms.catalogue import Catalogue
from engine.forms.fields import Field, empty
from engine.forms.filled import unfilled
from engine.forms.sensitive import SALT, commitment, committed, conceal, leaf_salt
from engine.store import dumps


def missing(catalogue: Catalogue, sections: Sequence[str], values: Mapping[str, Any]) -> list[FieldProblem]:
    """The mandatory fields of these sections that are still empty (SD-010 2.3: 数据不完整不得维护)."""
    return unfilled(list(catalogue.expand(sections)), catalogue.fields, values)


def section_hashes(catalogue: Catalogue, sections: Sequence[str], values: Mapping[str, Any]) -> dict[str, str]:
    """One sha256 (hex) per section over its filled fields; sensitive values enter as salted commitments."""
    return {name: digest(committed(catalogue.expand([name]), values)) for name in sections}


def section_hash(catalogue: Catalogue, sections: Sequence[str], values: Mapping[str, Any]) -> str:
    """What a signature binds: the sha256 (hex) over the sections' hashes; any later change voids it."""
    return digest(section_hashes(catalogue, sections, values))


def digest(values: Mapping[str, Any]) -> str:
    """The sha256 (hex) of the canonical JSON of what is filled in."""
    return sha256(dumps({name: value for name, value in values.items() if not empty(value)}).encode()).hexdigest()


def handed_in(sensitive: Iterable[Field], values: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of the values a step hands in: their sha256, sensitive ones as commitments with the form's
    salt, so that whoever sees them masked can prove them too. A form of the first release has no salt: nothing.
    """
    salt, sensitive = form.get(SALT), tuple(sensitive)
    if not salt and sensitive:
        return {}
    plain = {name: value for name, value in values.items() if name != SALT}
    hidden = conceal(sensitive, plain, lambda path, value: commitment(leaf_salt(str(salt), path), value))
    return {"submitted": digest(hidden)}
