"""流程工作台: a procedure is redrawn as a draft, checked, compared, and published by a second person.

Each verb takes (tx, now, people, actor, …). A draft governs nobody; a published version never changes.
"""

from engine.workbench import asides
from engine.workbench.change import Change
from engine.workbench.differences import changes
from engine.workbench.drafts import (
    Draft,
    Saved,
    bring_in,
    drop,
    find,
    note_played,
    open_,
    put_back,
    read,
    rebase,
    rescue,
    restore,
    save,
    stale,
    take_in,
)
from engine.workbench.gate import Gate, digest, examine, scenarios
from engine.workbench.impact import Impact, impact_of
from engine.workbench.joining import join, joining
from engine.workbench.publishing import propose, publish, send_back
from engine.workbench.rights import may_draft, may_publish
from engine.workbench.shared import Drawing, SharedSteps, drawings, in_force, steps_kept, with_steps_in_force
from engine.workbench.shared import find as find_shared
from engine.workbench.shared_gate import SharedGate, check_shared, examine_shared, noted_as, texts_of
from engine.workbench.shared_publishing import propose_shared, publish_shared
from engine.workbench.versions import Overview, Version, documents_of, noted_digest, overview, running, versions

__all__ = [
    "Change",
    "Draft",
    "Drawing",
    "Gate",
    "Impact",
    "Overview",
    "Saved",
    "SharedGate",
    "SharedSteps",
    "Version",
    "asides",
    "bring_in",
    "changes",
    "check_shared",
    "digest",
    "documents_of",
    "drawings",
    "drop",
    "examine",
    "examine_shared",
    "find",
    "find_shared",
    "impact_of",
    "in_force",
    "join",
    "joining",
    "may_draft",
    "may_publish",
    "note_played",
    "noted_as",
    "noted_digest",
    "open_",
    "overview",
    "propose",
    "propose_shared",
    "publish",
    "publish_shared",
    "put_back",
    "read",
    "rebase",
    "rescue",
    "restore",
    "running",
    "save",
    "scenarios",
    "send_back",
    "stale",
    "steps_kept",
    "take_in",
    "texts_of",
    "versions",
    "with_steps_in_force",
]
