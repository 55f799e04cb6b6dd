"""A round's image under its random name; nobody gets it before the round is announced."""

from __future__ import annotations

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Media, QuestionVersion, Round
from campaigns.domain.round import RoundState

SECRET = (RoundState.SCHEDULED, RoundState.READING)


def media(services: Services, name: str) -> tuple[bytes, str] | None:
    """(bytes, content type), or None: unknown, or not yet."""
    joined = select(Media.data, Media.content_type).join(QuestionVersion, QuestionVersion.media_id == Media.id)
    joined = joined.join(Round, Round.question_version_id == QuestionVersion.id)
    shown = joined.where(Round.media_name == name[:64], Round.state.not_in(SECRET))
    with services.reading() as sql:
        row = sql.execute(shown).one_or_none()
    return None if row is None else (row.data, row.content_type)
