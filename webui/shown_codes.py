"""What coded values mean on pages: as the newest form of the create procedure says."""

from __future__ import annotations

from engine.definitions import Definition
from engine.errors import NotFound
from engine.forms import Catalogue
from engine.transactions import Tx
from handlers.customers.matching.in_flight import PROCESS
from webui.here import services


def catalogue(tx: Tx) -> Catalogue | None:
    """The field catalogue; None while no procedure is published."""
    definition: Definition
    try:
        _id, definition = services().engine.definitions.newest(tx, PROCESS)
    except NotFound:
        return None
    return definition.catalogue
