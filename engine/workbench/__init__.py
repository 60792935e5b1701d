"""流程工作台: a procedure is redrawn as a draft, checked, compared, and published by a second person.

Each verb takes (tx, now, people, actor, …). A draft governs nobody; a published version never changes.
"""

from engine.workbench.change import Change
from engine.workbench.differences import changes
from engine.workbench.drafts import (
    Aside,
    Draft,
    Saved,
    aside_documents,
    asides,
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
    take_in,
)
from engine.workbench.gate import Gate, digest, examine, scenarios
from engine.workbench.impact import Impact, impact_of
from engine.workbench.publishing import propose, publish, send_back
from engine.workbench.rights import may_draft, may_publish
from engine.workbench.versions import Overview, Version, documents_of, noted_digest, overview, running, versions

__all__ = [
    "Aside",
    "Change",
    "Draft",
    "Gate",
    "Impact",
    "Overview",
    "Saved",
    "Version",
    "aside_documents",
    "asides",
    "bring_in",
    "changes",
    "digest",
    "documents_of",
    "drop",
    "examine",
    "find",
    "impact_of",
    "may_draft",
    "may_publish",
    "note_played",
    "noted_digest",
    "open_",
    "overview",
    "propose",
    "publish",
    "put_back",
    "read",
    "rebase",
    "rescue",
    "restore",
    "running",
    "save",
    "scenarios",
    "send_back",
    "take_in",
    "versions",
]
