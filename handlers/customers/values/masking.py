"""Show enough of a sensitive value to recognise it, and no more (sensitivity 3 of the data model)."""

import re
from collections.abc import Callable

from handlers.customers.values.secrets import is_personal
from handlers.customers.values.taxpayer import identity_key

KEPT = 4
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9][0-9 \-]{9,}[0-9Xx](?![0-9A-Za-z])")


def mask(kind: str, text: str) -> str:
    """The text as pages show it; `kind` is a name in MASKS (KeyError otherwise)."""
    return MASKS[kind](text)


def mask_number(text: str) -> str:
    """All but the last four characters as `*`; of a short value all, so that half is always hidden."""
    code = "".join(text.split())
    if len(code) < 2 * KEPT:
        return "*" * len(code)
    return "*" * (len(code) - KEPT) + code[-KEPT:]


def mask_tax_id(text: str) -> str:
    """An organisation's number in full, for it is public; a person's, or one that is not valid, masked."""
    return text if identity_key(text) and not is_personal(text) else mask_number(text)


def veiled(text: str) -> str:
    """What somebody typed to search, fit to be kept: long numbers masked, except those of organisations."""
    return _LONG_NUMBER.sub(lambda found: mask_tax_id(found.group()), text)


def mask_mobile(text: str) -> str:
    """A telephone number: `138****6027`, without the country code and the extension of E.164."""
    code = "".join(text.split()).removeprefix("+86").partition(";")[0]
    if len(code) < 11:
        return mask_number(code)
    return code[:3] + "*" * (len(code) - 3 - KEPT) + code[-KEPT:]


def mask_email(text: str) -> str:
    """An e-mail address: the first letter and the domain."""
    local, at, domain = text.strip().rpartition("@")
    return f"{local[:1]}***@{domain}" if at and len(local) > 1 else "***" + at + domain * bool(at)


def mask_name(text: str) -> str:
    """A person's name: the first character."""
    name = text.strip()
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_date(text: str) -> str:
    """A birthday: the year."""
    return text[:4] + "-**-**" if text else ""


MASKS: dict[str, Callable[[str], str]] = {
    "account": mask_number,
    "resident_id": mask_number,
    "tax_id": mask_tax_id,
    "mobile": mask_mobile,
    "email": mask_email,
    "name": mask_name,
    "birthday": mask_date,
}
