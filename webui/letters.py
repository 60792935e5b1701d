"""函: the formal letters of a case with who has read them, and each letter as a page to print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from flask_babel import gettext as _

from engine import signed_form
from engine.clock import local
from engine.wording import moment_text
from handlers.notices import formal
from handlers.notices.formal import Receipt
from webui.case_view import CaseView
from webui.here import download, now, services

letters = Blueprint("letters", __name__, url_prefix="/letters")


@letters.get("/<int:case_id>/<int:letter_id>")
def show(case_id: int, letter_id: int) -> str:
    """A letter as it was issued, for those who may see its case."""
    with services().transactions.read() as tx:
        CaseView.of(tx, case_id)
        found = next((one for one in formal.of_case(tx, case_id) if one.id == letter_id), None)
        if found is None:
            abort(404)
        seals, at = services().engine.seals, local(found.issued_at)
        letter = {
            "seal": {
                "issuer": (found.signature or {}).get("name", ""),
                "day": f"{at:%Y-%m-%d}",
                "holds": found.holds(seals),
            }
            if found.signature
            else None,
            "signed_url": url_for("letters.signed", case_id=case_id, letter_id=letter_id),
            "number": found.number,
            "subject": found.subject,
            "body": found.body,
            "department": found.department,
            "issued_at": moment_text(found.issued_at, now()),
        }
        return render_template("letters/show.html", letter=letter, back_url=url_for("cases.show", case_id=case_id))


@letters.get("/<int:case_id>/<int:letter_id>/signed.json")
def signed(case_id: int, letter_id: int) -> Response:
    """签章文件 of one letter, for those who are to check it and need not see the case."""
    seals = services().engine.seals
    with services().transactions.read() as tx:
        view = CaseView.of(tx, case_id)
        found = formal.signed_letters(tx, case_id, letter_id)
        if not found:
            abort(404)
        content = signed_form.of_letters(view.file, view.known.people, seals, now(), found)
    return download(content, f"{found[0]['text']['number']} 签章文件.json")


def letters_of(view: CaseView) -> list[dict[str, Any]]:
    """The letters of a case and the notice that precedes a special freeze, each with its receipts."""
    case = view.file.case.id
    found = [
        {
            "title": letter.number,
            "url": url_for("letters.show", case_id=case, letter_id=letter.id),
            "note": _("主送 %(names)s", names=letter.recipients),
            "receipts": _shown(view, formal.receipts(view.tx, case, "letter")),
        }
        for letter in formal.of_case(view.tx, case)
    ]
    told = formal.receipts(view.tx, case, "remaining")
    if told:
        title, note = _("特殊冻结通知"), _("提交前通知其余相关部门（SD-010 2.1.4）")
        found.append({"title": title, "note": note, "receipts": _shown(view, told)})
    return found


def _shown(view: CaseView, receipts: list[Receipt]) -> list[dict[str, str]]:
    return [
        {
            "person": one.person,
            "sent": view.moment(one.sent_at),
            "read": view.moment(one.read_at) if one.read_at else "",
        }
        for one in receipts
    ]
