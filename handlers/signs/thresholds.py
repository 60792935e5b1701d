"""From where on something is a sign; the settings `signs_…` of an installation override."""

from __future__ import annotations

from dataclasses import dataclass, fields

from engine.settings import Settings


@dataclass(frozen=True)
class Thresholds:
    """Minutes are working minutes of the deadline's own clock, seconds are natural ones."""

    quick_seconds: int = 10  # 秒批: signed sooner after it was first opened
    last_minutes: int = 30  # 临期: so little was left
    return_percent: int = 90  # of the limit used when a step was sent back
    returns: int = 2  # so many of these by one person in a month
    pauses: int = 5  # suspended so often by one person in a month
    paused_percent: int = 50  # of the working time of a case
    cluster: int = 3  # signed in the last minutes by one person on one day
    burst: int = 5  # signed by one person …
    burst_minutes: int = 5  # … within so many natural minutes

    @classmethod
    def of(cls, settings: Settings) -> Thresholds:
        return cls(**{one.name: getattr(settings, f"signs_{one.name}") for one in fields(cls)})
