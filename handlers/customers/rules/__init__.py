"""校验规则: the catalogue of V-01 … V-23, one function a rule; severities are the owner's and the administrator's.

`processes/rules/customers.yaml` says what each rule is called, rests on and concerns; `fields.py`, `cross.py`,
`unique.py` and `system.py` say how it is judged; `rulebook.py` joins the two with the severity in force.
"""

from handlers.customers.rules import cross, fields, system, unique  # noqa: F401 - imported for what they register
from handlers.customers.rules.catalogue import FILE, SEVERITIES, Rule, parse, unknown_fields
from handlers.customers.rules.facts import Facts
from handlers.customers.rules.names import field_names
from handlers.customers.rules.publishing import publish
from handlers.customers.rules.rulebook import Rulebook, judge, own_account, rulebook

__all__ = [
    "FILE", "SEVERITIES", "Facts", "Rule", "Rulebook", "field_names", "judge", "own_account", "parse", "publish",
    "rulebook", "unknown_fields",
]  # fmt: skip
