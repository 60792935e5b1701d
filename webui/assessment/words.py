"""The words pages of findings share: moments, states."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from engine.clock import local
from webui.here import now

STATUS_TAGS = {
    "proposed": ("拟考核", ""), "appealed": ("申诉中", "hold"), "rejected": ("申诉不成立", ""),
    "upheld": ("申诉成立，不计", "ok"), "exempt": ("豁免", "ok"),
}  # fmt: skip
MONTH_TAGS = {
    None: ("随日志变化，未公示", "warn"), "draft": ("草案，未公示", "warn"), "public": ("公示中，未确认", "warn"),
    "appeal": ("申诉期，未确认", "warn"), "confirmed": ("已确认", "accent"), "locked": ("已锁定", "ok"),
}  # fmt: skip


def tag(words: tuple[str, str]) -> dict[str, str]:
    return {"text": _(words[0]), "tone": words[1]}


def minute(at: datetime) -> str:
    """The same without seconds."""
    return short(at.replace(second=0, microsecond=0))


def short(at: datetime) -> str:
    """`09-28 11:10`, with the year when it is another one and seconds when there are any."""
    day = local(at)
    year = "" if day.year == local(now()).year else f"{day.year}-"
    return f"{year}{day:%m-%d %H:%M}" + (f":{day:%S}" if day.second else "")
