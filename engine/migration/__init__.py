"""迁移在办流程: running cases move to another version of their procedure; by default they stay where they began.

`survey` says for each case what stands against it and what becomes of its limits, and writes nothing. `begin` and
`carry_on` move a batch, a case at a time in a transaction of its own. Undoing it is another migration, back.
"""

from engine.migration.batches import begin, carry_on, sweep
from engine.migration.judging import DECIDE, MOVES, STAYS, Verdict, verdict
from engine.migration.limits import Effect
from engine.migration.nodes import Counterparts, Gone, dropped, gone
from engine.migration.records import Batch, Result, batch_of, batches, origins, results
from engine.migration.surveys import survey

__all__ = [
    "DECIDE",
    "MOVES",
    "STAYS",
    "Batch",
    "Counterparts",
    "Effect",
    "Gone",
    "Result",
    "Verdict",
    "batch_of",
    "batches",
    "begin",
    "carry_on",
    "dropped",
    "gone",
    "origins",
    "results",
    "survey",
    "sweep",
    "verdict",
]
