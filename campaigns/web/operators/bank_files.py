"""Files into the bank and out of it. In: upload → a worker reads it → preview with a report → confirm → stored at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.control import bank, bank_import, definitions
from campaigns.control.bank_cleaning import AT_WORK, KEPT
from campaigns.control.bank_import import ONE_LANGUAGE
from campaigns.control.bank_report import SHOWN, Import, ReportLine, lines, recent, report
from campaigns.domain.bank import BankState
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.importing import export
from campaigns.domain.importing.csv_rows import armoured
from campaigns.domain.importing.encoding import MAX_BYTES
from campaigns.domain.importing.export import Exported
from campaigns.domain.importing.pipeline import LONGEST_SOURCE
from campaigns.domain.importing.report import Verdict
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, ValueKey
from campaigns.domain.roles import Action
from campaigns.files.writing import as_xlsx
from campaigns.web.access import Role, actor, operator, requires
from campaigns.web.edge import services
from campaigns.web.language import language
from campaigns.web.language import say as _
from campaigns.web.operators.bank import wish_in
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint, in_words
from campaigns.web.operators.uploads import file_bytes, pictures

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLES = (
    Exported(
        Question(
            kind=Kind.SINGLE,
            text={"zh": "小米9和小米10，谁更重？", "en": "Which one is heavier?"},
            choices=(
                Choice("a", {"zh": "小米9", "en": "Xiaomi Mi 9"}),
                Choice("b", {"zh": "小米10", "en": "Xiaomi Mi 10"}),
            ),
            key=ChoiceKey(frozenset("b")),
            tags=("重量",),
        )
    ),
    Exported(
        Question(
            kind=Kind.ESTIMATE,
            text={"zh": "小米10有多重？", "en": "How heavy is the Xiaomi Mi 10?"},
            key=ValueKey(208, 10),
            low=120,
            high=280,
            unit={"zh": "克", "en": "g"},
        )
    ),
)


@operators.route("/campaigns/<int:campaign_id>/bank/import", methods=["GET", "POST"], endpoint="bank_import")
@requires(Role.OPERATOR, Action.EDIT)
def upload(campaign_id: int) -> AnyResponse:
    if request.method == "GET":
        return _upload_form(campaign_id)
    pasted, arriving = request.form.get("pasted", ""), request.form.get("arriving", "")
    try:
        data, name = file_bytes("file", MAX_BYTES), ""
        if data is not None:
            name = request.files["file"].filename or ""
        data = pasted.encode("utf-8", "replace") if data is None else data
        state = BankState(arriving) if arriving in list(BankState) else BankState.DRAFT
        source = request.form.get("source", "").strip()[:LONGEST_SOURCE]
        sent = pictures("pictures")
        import_id = bank_import.upload(services(), campaign_id, operator().id, name, data, state, source, sent)
    except BadInput as refused:
        return _upload_form(campaign_id, complaint(refused), 400)
    return redirect(url_for("operators.bank_preview", campaign_id=campaign_id, import_id=import_id), 303)


def _upload_form(campaign_id: int, problem: str = "", status: int = 200) -> Response:
    campaign, imports = definitions.campaign(services(), campaign_id), recent(services(), campaign_id)
    values = {"campaign": campaign, "imports": imports, "problem": problem, "most": MAX_BYTES // 1024 // 1024}
    return make_response(render_template("operators/bank_import.html", **values), status)


@operators.get("/campaigns/<int:campaign_id>/bank/imports/<int:import_id>", endpoint="bank_preview")
@requires(Role.OPERATOR, Action.EDIT)
def preview(campaign_id: int, import_id: int) -> str:
    found, tab = report(services(), campaign_id, import_id), _tab()
    return render_template(
        "operators/bank_preview.html",
        campaign=definitions.campaign(services(), campaign_id),
        found=found,
        at_work=found.state in AT_WORK,
        tab=tab,
        tabs=[each for each in (*Verdict, ONE_LANGUAGE) if each != ONE_LANGUAGE or found.counts.get(ONE_LANGUAGE)],
        verdicts=list(Verdict),
        one_language=found.counts.get(ONE_LANGUAGE, 0),
        lines=list(_lines(import_id, tab, SHOWN)),
        shown=SHOWN,
        kept_days=KEPT.days,
        in_words=in_words,
    )


@operators.get("/campaigns/<int:campaign_id>/bank/imports/<int:import_id>/progress", endpoint="bank_progress")
@requires(Role.OPERATOR, Action.EDIT)
def progress(campaign_id: int, import_id: int) -> Response:
    found = report(services(), campaign_id, import_id)
    return jsonify(state=found.state, done=found.done, expected=found.expected)


@operators.get("/campaigns/<int:campaign_id>/bank/imports/<int:import_id>/report.csv", endpoint="bank_report")
@requires(Role.OPERATOR, Action.EDIT)
def whole_report(campaign_id: int, import_id: int) -> Response:
    found = report(services(), campaign_id, import_id)
    rows = list(_report_rows(found, _lines(import_id, _tab(), None)))
    return _download("\ufeff" + "".join(map(export.csv_line, rows)), "text/csv", f"report-{import_id}.csv")


def _report_rows(found: Import, told: Iterable[ReportLine]) -> Iterator[list[str]]:
    words = {Verdict.ACCEPTED: _("accepted"), Verdict.WARNING: _("with a remark"), Verdict.REFUSED: _("refused")}
    only = {"zh": _("in Chinese only"), "en": _("in English only")}
    yield [_("Row"), _("What came of it"), _("Question"), _("Column"), _("Found"), _("Wanted")]
    for each in found.problems:
        yield [str(each.row), words[Verdict.REFUSED], "", each.column, armoured(each.value), in_words(each.wanted)]
    for line in told:
        said = words[line.verdict] + (f" · {only[line.only]}" if line.only else "")
        head = [str(line.row), said, armoured(line.text)]
        for problem in line.problems:
            yield [*head, problem.column, armoured(problem.value), in_words(problem.wanted)]
        if not line.problems:
            yield [*head, "", "", ""]


def _tab() -> str:
    """Which rows are asked for: those of a verdict, those in one language only, or "" for all."""
    wanted = request.args.get("only", "")
    return wanted if wanted in (*Verdict, ONE_LANGUAGE) else ""


def _lines(import_id: int, tab: str, most: int | None) -> Iterator[ReportLine]:
    verdict = Verdict(tab) if tab in list(Verdict) else None
    return lines(services(), import_id, verdict, most, one_language=tab == ONE_LANGUAGE)


@operators.post("/campaigns/<int:campaign_id>/bank/imports/<int:import_id>/decide", endpoint="bank_decide")
@requires(Role.OPERATOR, Action.EDIT)
def decide(campaign_id: int, import_id: int) -> AnyResponse:
    """Store it, or forget it; said twice it is done once."""
    if request.form.get("decision") == "discard":
        bank_import.discard(services(), campaign_id, import_id, actor())
        return redirect(url_for("operators.bank_import", campaign_id=campaign_id), 303)
    bank_import.confirm(services(), campaign_id, import_id, actor())
    return redirect(url_for("operators.bank_preview", campaign_id=campaign_id, import_id=import_id), 303)


WRITERS: dict[str, tuple[str, Callable[[Iterable[Exported], bool], bytes]]] = {
    "json": ("application/json", lambda found, _: "".join(export.as_json(found)).encode()),
    "csv": ("text/csv", lambda found, chinese: "".join(export.as_csv(found, chinese=chinese)).encode()),
    "xlsx": (XLSX, lambda found, chinese: as_xlsx(export.rows(found, chinese=chinese))),
    "gift": ("text/plain", lambda found, _: "".join(export.as_gift(found)).encode()),
}


@operators.get("/campaigns/<int:campaign_id>/bank/export.<ending>", endpoint="bank_export")
@requires(Role.OPERATOR, Action.EXPORT)
def bank_export(campaign_id: int, ending: str) -> Response:
    definitions.campaign(services(), campaign_id)
    found = bank.exported(services(), campaign_id, wish_in(dict(request.args.items())))
    return _written(found, ending, f"questions-{campaign_id}")


@operators.get("/campaigns/<int:campaign_id>/bank/template.<ending>", endpoint="bank_template")
@requires(Role.OPERATOR, Action.READ)
def bank_template(campaign_id: int, ending: str) -> Response:
    return _written(SAMPLES, ending, "template")


def _written(found: Iterable[Exported], ending: str, name: str) -> Response:
    if ending not in WRITERS:
        raise NotFound(f"format {ending}")
    content_type, write = WRITERS[ending]
    return _download(write(found, language() == "zh"), content_type, f"{name}.{ending}")


def _download(content: str | bytes, content_type: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
