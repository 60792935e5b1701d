"""What a customer procedure asks of other cases."""

from __future__ import annotations

from engine.operations import Context


def suspend(ctx: Context, case_id: int, reason: str) -> None:
    """Ask for another case to be suspended right after this job."""
    order = getattr(ctx, "order", None)  # the engine's orders, as soon as it has them
    if order is not None:
        order(case_id, "suspend", reason)
