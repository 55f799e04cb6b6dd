"""Best badge beside the name: from runs before, in lobby, board and podium, never beside a hidden name."""

from __future__ import annotations

from campaigns.control.faces import hide_names
from campaigns.control.people import newest_names
from campaigns.play.worn import best_badges
from campaigns.settle.awards import award_badges
from tests.show import ACTOR
from tests.show_fixtures import Stage
from tests.stage import single


def test_what_a_run_gave_is_worn_from_its_end_on_and_in_the_next_one(stage: Stage) -> None:
    show = stage(single())
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 900), hua: ("c", 900)})
    assert show.scene()["badges"] == {} and show.next()
    assert show.scene()["scene"] == "board" and show.scene()["badges"] == {}
    for _ in range(5):
        show.next()
    assert award_badges(show.services, show.run_id)
    assert show.scene()["badges"] == {show.public(ming): "top3"}
    second = show.another()
    second.fans("小红")
    with show.services.sql.connect() as sql:
        assert best_badges(sql, second.run_id, [ming, hua]) == {ming: "top3"}
        assert best_badges(sql, second.run_id, []) == {}


def test_the_lobby_and_the_board_of_the_next_run_show_it_and_hiding_names_hides_it(stage: Stage) -> None:
    show = stage(single())
    ming = show.fan("小明")
    show.play({ming: ("b", 900)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    second = show.another()
    assert second.fan("小明") != ming  # another phone with the same name is somebody else
    assert set(newest_names(show.services, second.run_id, 40).values()) == {None}
    hide_names(show.services, show.run_id, ACTOR, hidden=True)
    assert show.scene()["scene"] == "final" and show.scene()["badges"] == {}
    assert set(newest_names(show.services, show.run_id, 40).values()) == {None}
    hide_names(show.services, show.run_id, ACTOR, hidden=False)
    assert show.scene()["badges"] == {show.public(ming): "top3"}
    assert newest_names(show.services, show.run_id, 40) == {"小明": "top3"}


def test_what_was_won_in_one_campaign_is_not_worn_in_another(stage: Stage) -> None:
    show, other = stage(single()), stage(single())
    ming = show.fan("小明")
    show.play({ming: ("b", 900)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    with show.services.sql.connect() as sql:
        assert best_badges(sql, show.run_id, [ming]) == {ming: "top3"}
        assert best_badges(sql, other.run_id, [ming]) == {}
