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
from engine.workbench.publishing import gate, propose, publish, scenarios, send_back
from engine.workbench.rights import may_draft, may_publish
from engine.workbench.versions import Overview, Version, documents_of, overview, running, versions

__all__ = [
    "Aside",
    "Change",
    "Draft",
    "Overview",
    "Saved",
    "Version",
    "aside_documents",
    "asides",
    "bring_in",
    "changes",
    "documents_of",
    "drop",
    "find",
    "gate",
    "may_draft",
    "may_publish",
    "note_played",
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
