"""A file's questions at one go: all or nothing for a rush, what is accepted for a bank. Read by the limited child, as ever."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from campaigns.bootstrap import Services
from campaigns.control.bank_import import confirm, discard, read_import, store_import, upload
from campaigns.control.bank_report import Import, report
from campaigns.control.media import Picture
from campaigns.domain.bank import BankState
from campaigns.domain.importing.encoding import bounded
from campaigns.domain.importing.report import Line, refuse
from campaigns.domain.question import Question
from campaigns.domain.question_import import MAX_BYTES, MAX_QUESTIONS, all_or_nothing
from campaigns.files.reading import read_file

LOOK_AGAIN_S = 0.2  # a worker that was quicker is at it


def questions_in(data: bytes, name: str) -> list[Question]:
    """Every question of a file for a rush. Raises ImportRefused with all reasons."""
    return all_or_nothing(_lines(bounded(data, MAX_BYTES), name))


def _lines(data: bytes, name: str) -> Iterator[Line]:
    for n, found in enumerate(read_file(data, name).found, start=1):
        if n > MAX_QUESTIONS:
            refuse(0, "file", str(n), f"at most {MAX_QUESTIONS} questions in one file")
        yield found.line()


def images_in(data: bytes, name: str) -> list[str]:
    """The pictures that a file's sound questions name. Raises ImportRefused."""
    found = (each.body.get("image") for each in read_file(data, name).found if each.body is not None)
    return list(dict.fromkeys(image for image in found if image))


def take_in(
    services: Services,
    campaign_id: int,
    name: str,
    data: bytes,
    arriving: BankState,
    source: str = "",
    pictures: Mapping[str, Picture] | None = None,
) -> Import:
    """Upload, read, confirm and store without stopping to look: what is accepted comes in, the report tells the rest.

    `state` of what is returned: stored, or refused (the file as a whole), or discarded (no row was accepted).
    """
    import_id = upload(services, campaign_id, None, name, data, arriving, source, pictures)
    work = {"uploaded": read_import, "confirmed": store_import}
    while True:
        found = report(services, campaign_id, import_id)
        if found.state == "previewed":
            (confirm if found.taken else discard)(services, campaign_id, import_id)
        elif found.state not in work:
            return found
        elif not work[found.state](services, import_id):
            time.sleep(LOOK_AGAIN_S)  # a worker has it: between two looks at its row
