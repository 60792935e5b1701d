"""What a text field offers while one types: the options of its datalist, for the values beside it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from webui.here import now, services

suggestions = Blueprint("suggestions", __name__, url_prefix="/suggest")


@suggestions.get("/<name>")
def offer(name: str) -> str:
    """Only what the field looks at is sent along; nothing of the rest of the form is."""
    found = services().engine.registry.suggestions.get(name)
    if found is None:
        abort(404)
    with services().transactions.read() as tx:
        return render_template("macros/options.html", options=found.find(tx, now(), request.args.to_dict()))
