"""Find the region a company name begins with: 「江苏省苏州市昆山市…」 is the path (江苏, 苏州, 昆山)."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from handlers.customers.values.divisions import ALSO_BRANDS, DIVISIONS, WELL_KNOWN
from handlers.customers.values.text import HAN

Path = tuple[str, ...]

_ALSO_BRANDS = frozenset(ALSO_BRANDS.split())
_WELL_KNOWN = frozenset(WELL_KNOWN.split())

_LONGEST_NAME = 6  # 巴音郭楞 has four characters, the longest short name; two to spare
_MUNICIPALITIES = frozenset(("北京", "天津", "上海", "重庆"))
_CITY = "市(?![场政民])"  # not 市场, 市政, 市民
_SUFFIX = {
    "省": "省|(?:维吾尔|壮族|回族)?自治区|特别行政区",
    "直辖市": _CITY,
    "市": f"{_CITY}|地区|盟",
    "州": f"[{HAN}]{{0,9}}?自治州|州",
    "县": _CITY,
}
_ZONE = re.compile(
    f"[{HAN}]{{0,6}}?(?:开发区|高新区|新区|园区|保税区|示范区|试验区)"
    f"|[{HAN}]{{1,3}}?(?<![小社校景片市商灾库])(?:区(?![域块间])|县|旗(?!下))"
)


class Place(NamedTuple):
    """A place and where it lies; the last of the path is its short name."""

    path: Path
    kind: str  # 省 直辖市 市 州 县

    def stands_alone(self, known: Path) -> bool:
        """Whether the bare name, without its suffix, is enough after the part of the path already read."""
        name = self.path[-1]
        if self.kind in ("省", "直辖市"):
            return True
        if self.kind == "县":
            return name in _WELL_KNOWN or (len(known) == len(self.path) - 1)
        return bool(known) or name not in _ALSO_BRANDS


Places = Mapping[str, tuple[Place, ...]]  # by short name


def locate(text: str, places: Places) -> tuple[Path, str]:
    """The region path at the start of a normalised name, and the text after it; ((), text) when none."""
    path: Path = ()
    rest = text
    while step := _step(path, rest, places):
        path, length = step
        rest = rest[length:]
    zone = _ZONE.match(rest) if path else None
    if zone and len(rest) - zone.end() >= 2:
        return (*path, zone[0]), rest[zone.end() :]
    return path, rest


def whole_region(text: str, places: Places) -> Path:
    """The path when the text is a region and nothing else (a bracket, a branch), else ()."""
    path, rest = locate(text, places)
    if rest and path and (zone := _ZONE.fullmatch(rest)):
        return (*path, zone[0])
    return path if not rest else ()


def _step(path: Path, text: str, places: Places) -> tuple[Path, int] | None:
    """One place further down the path: the longest reading that continues it."""
    best: tuple[Path, int] | None = None
    for size in range(2, min(len(text), _LONGEST_NAME) + 1):
        for place in places.get(text[:size], ()):
            if len(place.path) <= len(path) or place.path[: len(path)] != path:
                continue
            suffix = re.match(_SUFFIX[place.kind], text[size:])
            if suffix is None and not place.stands_alone(path):
                continue
            length = size + (suffix.end() if suffix else 0)
            if best is None or length > best[1]:
                best = place.path, length
    return best


@cache
def shipped_places() -> Places:
    """Every place by its short name; some names are both a province and a city (吉林)."""
    found: dict[str, list[Place]] = {"中国": [Place(("中国",), "省")]}
    for province, prefectures in re.findall(r"^(\S+?):((?:.*\n(?:  .*\n)*))", DIVISIONS, re.MULTILINE):
        kind = "直辖市" if province in _MUNICIPALITIES else "省"
        found.setdefault(province, []).append(Place((province,), kind))
        for name, autonomous, counties in re.findall(r"([^\s(*]+)(\*?)(?:\(([^)]*)\))?", prefectures):
            path = (province, name)
            found.setdefault(name, []).append(Place(path, "州" if autonomous else "市"))
            for county in filter(None, counties.split(",")):
                found.setdefault(county, []).append(Place((*path, county), "县"))
    return {name: tuple(places) for name, places in found.items()}
