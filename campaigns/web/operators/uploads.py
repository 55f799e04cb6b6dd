"""What came with a form as files: read no further than it may be long, pictures told by their bytes."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import FileStorage

from campaigns.control import media
from campaigns.control.media import Picture
from campaigns.domain.errors import BadInput

MOST_PICTURES = 200


def file_bytes(field: str, most: int) -> bytes | None:
    """The chosen file, one byte more than `most` at the most, so that whoever checks can see that it is too large."""
    file = request.files.get(field)
    return None if file is None or not file.filename else _read(file, most)


def picture(field: str) -> Picture | None:
    """The chosen picture. Raises BadInput."""
    return next(iter(pictures(field).values()), None)


def pictures(field: str) -> dict[str, Picture]:
    """The chosen pictures by file name, without the folders some browsers put before it. Raises BadInput."""
    files = [file for file in request.files.getlist(field) if file.filename]
    if len(files) > MOST_PICTURES:
        raise BadInput(field, len(files), f"at most {MOST_PICTURES} pictures")
    return {_name(file): media.checked(_read(file, media.MAX_BYTES), _name(file)) for file in files}


def _name(file: FileStorage) -> str:
    return str(file.filename).replace("\\", "/").split("/")[-1]


def _read(file: FileStorage, most: int) -> bytes:
    with file.stream as stream:
        return bytes(stream.read(most + 1))
