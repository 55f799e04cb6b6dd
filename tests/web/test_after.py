"""What a run leaves for everybody: its public page, and the poster that operators get."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from sqlalchemy import event, update

from campaigns.control.buzzing import mark
from campaigns.control.conduct import cancel
from campaigns.control.faces import hide_names
from campaigns.control.people import ban, kick
from campaigns.control.reopening import reopen
from campaigns.control.report.poster import poster
from campaigns.db.models import Run
from campaigns.play.afterwards import NEIGHBOURS, afterwards
from campaigns.settle.awards import award_badges
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage, stage
from tests.stage import buzzer, estimate, joined_fan, single
from tests.web.conftest import Browser

__all__ = ["stage"]
SMALL = 14_000
LISTED = 3  # of the board, where the test is about those who are not


def page_of(show: Show) -> str:
    return f"/r/{show.run().code}/after"


def ended(stage: Stage) -> tuple[Show, list[int]]:
    """Three questions: one right, one estimated, one void; three fans, of whom one never answers."""
    show = stage(single("谁更重？"), estimate(), single("坏题", explanation={"zh": "不该说", "en": "canary"}))
    fans = show.fans("小明", "小华", "沉默")
    show.play({fans[0]: ("b", 500), fans[1]: ("a", 900)})
    show.next()
    show.ask()
    show.say(fans[0], value=192.0, after_ms=1500)
    show.close()
    show.settle_all()
    show.next()
    show.next()
    show.play({fans[1]: ("b", 500)})
    show.void(3)
    show.settle_all()
    show.to_the_end()
    return show, fans


def test_the_public_page_tells_questions_answers_and_board_without_a_script(stage: Stage, stranger: Browser) -> None:
    show, _ = ended(stage)
    answer = stranger.get(f"{page_of(show)}?lang=en", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < SMALL
    page = gzip.decompress(answer.data).decode()
    assert "谁更重？" in page and "因为 b" in page and "190 克" in page
    assert len(re.findall("after__choice--right", page)) == 1
    assert '<meta property="og:title" content="' in page and "share-" in page
    assert "小明" in page and "小华" in page and 'id="mine"' not in page
    assert '<script type="module"' not in page


def test_a_void_question_says_so_and_repeats_neither_key_nor_explanation(stage: Stage, stranger: Browser) -> None:
    show, _ = ended(stage)
    page = stranger.get(f"{page_of(show)}?lang=en").text
    assert "坏题" in page and "This question was voided" in page
    assert "canary" not in page and "不该说" not in page


def test_who_was_there_finds_the_own_result_by_the_cookie(stage: Stage, stranger: Browser) -> None:
    show = stage(single())
    fan, token = joined_fan(show.services, show.run_id, "小明")
    show.play({fan: ("a", 700)})
    show.to_the_end()
    stranger.client.set_cookie("fan", token)
    page = stranger.get(f"{page_of(show)}?lang=en").text
    assert 'id="mine"' in page and "your answer" in page and "you were wrong" in page and "0.700" in page
    assert re.search(r'href="/s/[\w-]+"', page)


def test_far_down_the_board_the_own_place_stands_among_its_neighbours(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.play.told.LISTED", LISTED)
    show = stage(single())
    fans = [show.fan(f"粉丝{n:02d}") for n in range(LISTED + 8)]
    show.play({fan: ("b", 1000 + 100 * n) for n, fan in enumerate(fans)})
    show.to_the_end()
    code = show.run().code
    early = afterwards(show.services, code, fans[LISTED + 4])
    assert early is not None and [line.rank for line in early.around] == [LISTED + 5]
    assert award_badges(show.services, show.run_id)
    found = afterwards(show.services, code, fans[LISTED + 4])
    assert found is not None and len(found.top) == LISTED and found.of == LISTED + 8
    wanted = list(range(LISTED + 5 - NEIGHBOURS, LISTED + 5 + NEIGHBOURS + 1))
    assert [line.rank for line in found.around] == wanted
    assert [line.own for line in found.around].index(True) == NEIGHBOURS
    listed = afterwards(show.services, code, fans[2])
    assert listed is not None and not listed.around and listed.own is not None and listed.own.rank == 3


def test_no_reader_of_the_public_page_has_the_whole_board_counted(stage: Stage) -> None:
    show, fans = ended(stage)
    asked: list[str] = []

    def keep(_: object, __: object, statement: str, *more: object) -> None:
        asked.append(statement)

    event.listen(show.services.sql, "before_cursor_execute", keep)
    found = afterwards(show.services, show.run().code, fans[0])
    event.remove(show.services.sql, "before_cursor_execute", keep)
    assert found is not None and found.of == len(fans)
    assert asked and not [statement for statement in asked if "count(" in statement]


def test_there_is_no_page_before_the_end_nor_of_reopened_cancelled_or_rehearsed_runs(
    stage: Stage, stranger: Browser
) -> None:
    show = stage(single())
    fan = show.fan("小明")
    assert stranger.get(page_of(show)).status_code == 404
    show.play({fan: ("b", 500)})
    assert stranger.get(page_of(show)).status_code == 404
    show.to_the_end()
    assert stranger.get(page_of(show)).status_code == 200
    assert reopen(show.services, show.run_id, ACTOR)
    assert stranger.get(page_of(show)).status_code == 404
    show.next()
    set_run(show, rehearsal=True)
    assert stranger.get(page_of(show)).status_code == 404
    another = stage(single())
    cancel(another.services, another.run_id, ACTOR)
    assert stranger.get(page_of(another)).status_code == 404


def test_hidden_names_are_numbers_and_who_was_removed_is_not_named(stage: Stage, stranger: Browser) -> None:
    show, fans = ended(stage)
    assert kick(show.services, show.run_id, show.public(fans[1]), ACTOR)
    page = stranger.get(page_of(show)).text
    assert "小明" in page and "小华" not in page
    assert ban(show.services, show.run_id, show.public(fans[2]), ACTOR)
    assert "沉默" not in stranger.get(page_of(show)).text
    assert hide_names(show.services, show.run_id, ACTOR, hidden=True)
    page = stranger.get(f"{page_of(show)}?lang=en").text
    assert "小明" not in page and re.search(r"Fan \d{5}", page)


def set_run(show: Show, **values: Any) -> None:
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(values))


def test_a_replay_is_for_operators_and_only_of_a_run_that_is_over(
    stage: Stage, operator: Browser, stranger: Browser
) -> None:
    show = stage(single())
    page = f"/operators/runs/{show.run_id}/replay"
    show.play({show.fan("小明"): ("b", 500)})
    assert operator.get(page).status_code == operator.get(f"{page}.json").status_code == 404
    show.to_the_end()
    assert "displays-replay-" in operator.get(page).text
    record = operator.get(f"{page}.json").json
    assert record is not None and record["code"] == show.run().code
    assert [mark["scene"] for mark in record["marks"]] == ["lobby", "question", "podium", "final"]
    assert stranger.get(f"{page}.json").status_code == 302


# --- the poster ---------------------------------------------------------------------------------------------------


def test_the_poster_stands_once_all_winners_do(stage: Stage, operator: Browser) -> None:
    show = stage(single())
    fan = show.fan("小明")
    show.play({fan: ("b", 796)})
    for _ in range(4):  # board, podium, third, second
        show.next()
        assert operator.get(f"/operators/runs/{show.run_id}/poster.json").status_code == 404
    show.next()
    assert operator.get(f"/operators/runs/{show.run_id}/poster.json").status_code == 200


def test_a_poster_says_the_same_in_both_languages(stage: Stage, operator: Browser) -> None:
    show, _ = ended(stage)
    said = operator.get(f"/operators/runs/{show.run_id}/poster.json").json
    assert said is not None and said["qr"] and set(said["faces"]) == {"zh", "en"}
    zh, en = said["faces"]["zh"], said["faces"]["en"]
    assert zh["figures"] == [["3", "人参与"], ["4", "次作答"]]
    assert [number for number, _ in en["figures"]] == ["3", "4"]
    assert zh["winners"]["rows"][0][:2] == en["winners"]["rows"][0][:2] == [1, "小明"]
    assert en["cards"][0]["head"] == "0.500 s" and en["cards"][0]["more"] == "小明 · question 1"
    assert en["cards"][1]["more"] == "2 of 3 did not get it right" and zh["cards"][1]["text"] == "谁更重？"


def test_a_poster_leaves_out_void_questions_removed_people_and_what_no_human_can(stage: Stage) -> None:
    show, fans = ended(stage)
    found = poster(show.services, show.run_id)
    assert found is not None and found.hardest is not None and found.hardest.n != 3
    assert found.fastest is not None and found.fastest.name == "小明"  # 0.5 s of the void question do not count
    kick(show.services, show.run_id, show.public(fans[0]), ACTOR)
    show.settle_all()
    found = poster(show.services, show.run_id)
    assert found is not None and found.fastest is None and "小明" not in [row.name for row in found.winners]
    quick = stage(single())
    one, other = quick.fans("快", "慢")
    quick.play({one: ("b", 50), other: ("b", 2000)})
    quick.to_the_end()
    assert hide_names(quick.services, quick.run_id, ACTOR, hidden=True)
    found = poster(quick.services, quick.run_id)
    assert found is not None and found.fastest is not None and found.fastest.elapsed_ms == 2000
    assert all(isinstance(row.name, int) for row in found.winners)


def test_at_a_buzzer_nobody_is_a_posters_fastest_and_nothing_fells(stage: Stage) -> None:
    show = stage(buzzer(), single())
    ming, hua, hong = show.fans("小明", "小华", "小红")
    show.ask()
    for fan, ms in ((ming, 250), (hua, 400)):
        show.say(fan, after_ms=ms)
    assert mark(show.services, show.run_id, show.run().round_id, show.public(ming), ACTOR, right=True) == "moved"
    show.settle_all()
    assert show.next() == show.next() == "moved"
    show.play({ming: ("b", 900), hua: ("b", 1200), hong: ("a", 1500)})
    show.to_the_end()
    found = poster(show.services, show.run_id)
    assert found is not None and found.fastest is not None and found.hardest is not None
    assert (found.fastest.n, found.fastest.elapsed_ms) == (2, 900)
    assert (found.hardest.n, found.hardest.felled) == (2, 1)


def test_a_poster_of_nobody_right_has_no_winner_and_no_fastest(stage: Stage, operator: Browser) -> None:
    show = stage(single())
    show.play({show.fan("小明"): ("a", 500)})
    show.to_the_end()
    said = operator.get(f"/operators/runs/{show.run_id}/poster.json").json
    assert said is not None
    face = said["faces"]["en"]
    assert face["winners"]["rows"] == [] and face["winners"]["nobody"] and len(face["cards"]) == 1


def test_a_buzzer_stands_in_the_public_page_the_report_and_the_files(
    stranger: Browser, operator: Browser, stage: Stage
) -> None:
    show = stage(buzzer())
    ming, hua = show.fans("小明", "小华")
    show.ask()
    show.say(ming, after_ms=300)
    show.say(hua, after_ms=400)
    mark(show.services, show.run_id, show.round(1).id, show.public(ming), ACTOR, right=True)
    show.settle_all()
    show.next()
    show.to_the_end()
    public = stranger.get(page_of(show))
    assert public.status_code == 200 and "谁最快？" in public.text and "是它" in public.text
    assert poster(show.services, show.run_id) is not None
    for page in ("export/answers.csv", "export.xlsx"):
        file = operator.get(f"/operators/runs/{show.run_id}/{page}")
        assert file.status_code == 200 and file.data
        file.close()
    assert (
        "What if another answer were right?" not in operator.get(f"/operators/runs/{show.run_id}/report?lang=en").text
    )
