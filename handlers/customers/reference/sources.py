"""What forms offer from the lists: options valid today, the names of closed codes, suggestions while one types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.operations import listing, suggestion
from engine.transactions import Tx
from handlers.customers.reference.lists import Entry, Options, ReferenceList
from handlers.customers.reference.memory import reference

MOST = 60  # suggestions at a time


def _offer(list_name: str) -> None:
    @listing(f"reference.{list_name}", label=lambda tx, code: reference(tx, list_name).name(code))
    def options(tx: Tx, now: datetime) -> Options:
        return reference(tx, list_name).options(today(now))


for _name in ("countries", "industries", "currencies"):
    _offer(_name)


@listing("reference.provinces", label=lambda tx, code: reference(tx, "regions").name(code))
def provinces(tx: Tx, now: datetime) -> Options:
    regions, day = reference(tx, "regions"), today(now)
    return tuple((one.code, one.name) for one in regions.entries.values() if not one.parent and one.valid_on(day))


@suggestion("reference.cities", needs=("region_code",))
def cities(tx: Tx, now: datetime, values: Mapping[str, Any]) -> list[str]:
    """Cities of the province on the form, the ones that hold what is typed so far."""
    regions = reference(tx, "regions")
    province = str(values.get("region_code") or "")
    return _matching(cities_of(regions, province), today(now), str(values.get("city") or ""))


@suggestion("reference.districts", needs=("region_code", "city"))
def districts(tx: Tx, now: datetime, values: Mapping[str, Any]) -> list[str]:
    """Counties and districts of the city on the form, of the province when the city says nothing."""
    regions = reference(tx, "regions")
    province = str(values.get("region_code") or "")
    city = city_named(regions, province, str(values.get("city") or ""))
    found = regions.within(city.code if city else province)
    return _matching(found, today(now), str(values.get("district") or ""))


def cities_of(regions: ReferenceList, province: str) -> list[Entry]:
    """What an address may name as its city: a municipality itself, else prefectures and county-level cities."""
    own = regions.get(province)
    if own is None:
        return []
    if own.name.endswith("市"):
        return [own]
    below = regions.below(province)
    return [*below, *(one for city in below for one in regions.below(city.code) if one.name.endswith("市"))]


def city_named(regions: ReferenceList, province: str, name: str) -> Entry | None:
    """The city an address means: 苏州 and 苏州市 are the same."""
    return named(cities_of(regions, province), name)


def named(entries: Iterable[Entry], name: str) -> Entry | None:
    """The entry of that name, with or without 市, 区, 县 …; a valid one before a closed one of the same name."""
    found = [one for one in entries if name and name in (one.name, short(one.name))]
    return min(found, key=lambda one: bool(one.valid_to), default=None)


def short(name: str) -> str:
    """The name without what it is: 苏州 for 苏州市; 东城 for 东城区; two characters at least remain."""
    for ending in ("特别行政区", "地区", "林区", "新区", "市", "区", "县", "盟", "旗"):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def today(now: datetime) -> str:
    return local(now).date().isoformat()


def _matching(entries: Iterable[Entry], day: str, typed: str) -> list[str]:
    return list(dict.fromkeys(one.name for one in entries if one.valid_on(day) and typed in one.name))[:MOST]
