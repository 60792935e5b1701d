"""参考数据: governed lists with validity dates. A closed code stays right in old records and is offered no more."""

from handlers.customers.reference.lists import LISTS, Entry, ListKind, ReferenceList
from handlers.customers.reference.memory import reference
from handlers.customers.reference.shipped import seed
from handlers.customers.reference.tables import reference_value

__all__ = ["LISTS", "Entry", "ListKind", "ReferenceList", "reference", "reference_value", "seed"]
