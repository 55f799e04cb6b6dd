"""The scene packet of a full hall: 12,000 fans with the longest names still get at most 4 kB at every reveal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from socketio.packet import Packet
from sqlalchemy import text

from campaigns.domain.nickname import MAX_COLUMNS
from campaigns.domain.rush_rules import Rule
from tests.show import Show, go
from tests.show_fixtures import Stage
from tests.stage import QUICK, single, words

FANS = 12_000
LIMIT = 4096
LONGEST = "长" * (MAX_COLUMNS // 2)

FILL = (
    """INSERT INTO fan (secret_hash, public, created_at)
       SELECT sha256(f::bytea), substr(md5(f), 1, 12), :at
       FROM (SELECT :run || '/' || i AS f FROM generate_series(1, :fans) i) f""",
    """INSERT INTO participation (campaign_id, fan_id, nickname, skeleton, joined_at)
       SELECT :campaign, id, translate(lpad(id::text, :columns, '0'), '0123456789', '零一二三四五六七八九'),
              id, :at FROM fan WHERE created_at = :at""",
    "INSERT INTO run_fan (run_id, fan_id, seed, joined_at) SELECT :run, id, id, :at FROM fan WHERE created_at = :at",
)
# Everybody answers at an instant of their own, another one in each round: more different scores than buckets.
ANSWERS = """
INSERT INTO answer (round_id, fan_id, question_version_id, places, opened_ns, received_ns, allowance_ns, boot_id,
                    received_at, receipt)
SELECT r.id, f.fan_id, r.question_version_id,
       ARRAY[CASE WHEN f.place > :right THEN (:key + 1) % 4 ELSE :key END]::smallint[],
       r.opens_ns, r.opens_ns + (f.place * r.n * 7 % :fans) * 1500000, 0, '', :at, ''
FROM round r, (SELECT fan_id, row_number() OVER (ORDER BY fan_id) AS place FROM run_fan WHERE run_id = :run) f
WHERE r.id = :round
"""


def full_house(show: Show) -> None:
    run = show.run()
    go(show.clock, run.id)  # who came at this instant came to this run
    values = {
        "at": show.clock.at,
        "fans": FANS,
        "campaign": run.campaign_id,
        "run": run.id,
        "columns": MAX_COLUMNS // 2,
    }
    with show.services.sql.begin() as sql:
        for statement in FILL:
            sql.execute(text(statement), values)


def play(show: Show, right: int) -> None:
    """The next question up to its reveal; `right`: how many at most have it."""
    n = show.ask()
    row = show.round(n)
    values = {"round": row.id, "run": show.run_id, "at": show.clock.at, "right": right, "fans": FANS}
    with show.services.sql.begin() as sql:
        sql.execute(text(ANSWERS), values | {"key": row.choice_order.index("a")})
    show.close(after_s=19)
    assert show.settle(n) and show.next()


@pytest.mark.parametrize("rule", [Rule.SPEED, Rule.SURVIVAL])
def test_a_full_hall_with_the_longest_names_gets_four_kilobytes(stage: Stage, rule: Rule) -> None:
    why = words("两款手机相差百分之十二，较重的一款配备了更大的电池和玻璃后盖。")
    show = stage(
        *(single("下面四款手机中哪一款最重？", "a", explanation=why) for _ in range(2)),
        rules=replace(QUICK, rule=rule, pot=10**6),
    )
    full_house(show)
    sizes = []
    for right in (11_000, 12_000):
        play(show, right)
        packet = show.scene()
        sizes.append(len(Packet(data=["scene", packet], namespace="/fans").encode().encode()))
        show.next()
    board = packet["board"]
    assert board["of"] == FANS and len(board["top"]) == 10
    assert max(sizes) <= LIMIT, sizes
    assert sum(fans for _, fans in board["histogram"]) == FANS
    if rule is Rule.SURVIVAL:
        assert board["fallen"]["of"] == 1_000 and len(board["fallen"]["top"]) == 5
    else:
        assert max(sizes) > 3800 and len(board["histogram"]) > 40, "there is more to say than fits"
