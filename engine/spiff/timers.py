"""Timers are addresses: they fire when the door is told so, never by comparing clocks."""

# mypy: disallow-subclassing-any=False
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.spiff.nodes import DEADLINE

DURATION = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
CYCLE = re.compile(r"R(?P<times>\d*)/(?:(?P<start>\d{4}-[^/]+)/)?(?P<every>P[\dYMWDTHS]+)")
CALENDAR_UNITS = re.compile(r"P\d+[YM]")


class Address(TimerEventDefinition):
    """A timer that knows its text and nothing about time."""

    def has_fired(self, my_task: Any) -> bool:
        return False


def due(text: str) -> datetime | timedelta | None:
    """The moment (aware, UTC) or the duration a timer states; None for `deadline`.

    Raises ValueError with a Chinese reason: quotes, no time zone, years or months, nonsense.
    """
    if text == DEADLINE:
        return None
    if text[:1] in "\"'":
        raise ValueError(f"时间 {text} 带了引号，请去掉引号")
    if text.startswith("P"):
        return _duration(text)
    return _moment(text)


def cycle(text: str) -> None:
    """Refuses a repetition that is not ISO 8601 `R[n]/[start/]duration`, naming why."""
    match = CYCLE.fullmatch(text)
    if match is None:
        raise ValueError(f"「{text}」不是 ISO 8601 的重复周期，请写成 R/2026-12-01T08:30:00+08:00/P1Y 这样的形式")
    if match["start"]:
        _moment(match["start"])


def _duration(text: str) -> timedelta:
    if CALENDAR_UNITS.match(text):
        raise ValueError(f"时长 {text} 用了年或月，长度不固定，请改用天数，例如 P30D")
    match = DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"「{text}」不是 ISO 8601 时长，请写成 PT4H、P2D 这样的形式")
    try:
        span = timedelta(**{unit: int(count) for unit, count in match.groupdict(default="0").items()})
    except OverflowError:
        raise ValueError(f"时长 {text} 太长") from None
    if not span:
        raise ValueError(f"时长 {text} 等于零")
    return span


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"「{text}」既不是 {DEADLINE}，也不是 ISO 8601 的时长或时刻，"
            "请写成 deadline、PT4H 或 2026-12-01T08:30:00+08:00"
        ) from None
    if moment.tzinfo is None:
        raise ValueError(f"时刻 {text} 没有时区，请补上，例如 +08:00")
    return moment.astimezone(UTC)
