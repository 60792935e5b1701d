"""迁移在办流程: running cases move to another version of their procedure; by default they stay where they began.

`survey` says for each case what stands against it and what becomes of its limits, and writes nothing. `begin` and
`carry_on` move a batch, a case at a time in a transaction of its own. Undoing it is another migration, back.
"""

from engine.migration.batches import Batch, Result, batches, begin, carry_on, results, sweep
from engine.migration.judging import Effect, Verdict, survey, verdict

__all__ = [
    "Batch",
    "Effect",
    "Result",
    "Verdict",
    "batches",
    "begin",
    "carry_on",
    "results",
    "survey",
    "sweep",
    "verdict",
]
