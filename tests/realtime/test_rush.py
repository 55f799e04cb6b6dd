"""A whole rush over the real wire: desk, two phones and a screen."""

from __future__ import annotations

from campaigns.bootstrap import Services
from campaigns.settle.rebuild import check_ledger, recompute
from deploy.house import House
from tests.stage import Desk, Phone, Screen, estimate, run_of, single


def test_two_questions_from_lobby_to_badge(house: House, services: Services) -> None:
    run_id = run_of(services, [single(right="b", seconds=100), estimate(190, seconds=100, sealed=True)])
    ming, hua = (Phone(house.url, services, run_id, name) for name in ("小明", "小华"))
    with Desk(house.url, services, run_id) as desk, Screen(house.url, services, run_id) as screen, ming, hua:
        assert ming.scene("lobby")["round"] is None
        play_the_choice(desk, screen, ming, hua)
        desk.next()  # board
        play_the_sealed_one(desk, screen, ming, hua)
        for _ in range(6):  # board, podium, 3, 2, 1, end
            desk.next()
        final = ming.wait(lambda event, data: event == "scene" and bool((data["final"] or {}).get("awards")))
        assert [row["rank"] for row in final["podium"]["rows"]] == [1, 2]
        won = ming.ask("awards")
        assert won["points"] == won["score"] * 2 and {"took_part", "first_blood"} <= {b["code"] for b in won["badges"]}
    assert recompute(services, run_id).differences == []
    assert check_ledger(services) == []


def play_the_choice(desk: Desk, screen: Screen, ming: Phone, hua: Phone) -> None:
    """小明 is right, 小华 wrong; nothing tells before the reveal."""
    desk.next()
    reading = ming.scene("reading")
    assert reading["round"]["choices"] is None and reading["round"]["text"]["zh"] == "哪一款更重？"
    opened = ming.scene("open")
    right = desk.places_of(opened["round"]["id"], "b")
    first = ming.answer(opened, places=[right])
    assert first["outcome"] == "recorded" and first["receipt"]
    again = ming.ask("answer", {"round": opened["round"]["id"], "places": [(right + 1) % 4]})
    assert (again["outcome"], again["receipt"]) == ("duplicate", first["receipt"])
    assert hua.answer(opened, places=[(right + 1) % 4])["outcome"] == "recorded"
    assert not any(packet for event, packet in screen.packets if event == "scene" and packet["reveal"])
    desk.next()  # close
    desk.next()  # reveal, once it is settled
    reveal = screen.scene("reveal")
    assert reveal["reveal"]["places"] == [right] and reveal["reveal"]["right"] == 1
    assert reveal["board"]["top"][0]["name"] == "小明" and reveal["board"]["of"] == 2
    standing = ming.ask("standing")
    assert standing["right"] and standing["rank"] == 1 and standing["gained"] > 500
    assert hua.ask("standing")["score"] == 0


def play_the_sealed_one(desk: Desk, screen: Screen, ming: Phone, hua: Phone) -> None:
    """The round waits in `closed` until the key is entered, twice the same."""
    desk.next()
    sealed = ming.scene("open", 2)
    assert ming.answer(sealed, value=200.0)["outcome"] == "recorded"
    assert hua.answer(sealed, value=190.0)["outcome"] == "recorded"
    desk.next()
    assert ming.scene("closed", 2)["round"]["waiting"] == "key"
    desk.next("key_needed")
    round_id = sealed["round"]["id"]
    assert desk.ask("key", {"round": round_id, "value": 190, "value_again": 191})["outcome"] == "differs"
    assert desk.ask("key", {"round": round_id, "value": 190, "value_again": 190})["outcome"] == "moved"
    desk.next()
    assert screen.scene("reveal", 2)["reveal"]["value"] == 190


def test_a_page_that_reloads_in_the_middle_of_a_question_finds_its_answer(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    phone = Phone(house.url, services, run_id, "重来")
    with Desk(house.url, services, run_id) as desk:
        with phone:
            desk.next()
            opened = phone.scene("open")
            receipt = phone.answer(opened, places=[1])["receipt"]
        again = Phone.__new__(Phone)
        again.fan_id, again.token = phone.fan_id, phone.token
        super(Phone, again).__init__(house.url, "/fans", f"fan={phone.token}", {"run": opened["run"]["code"]})
        with again:
            snapshot = again.wait(lambda event, data: event == "snapshot")
        assert snapshot["you"]["answered"]["receipt"] == receipt
        assert snapshot["scene"]["round"]["closes_ms"] == opened["round"]["closes_ms"]
