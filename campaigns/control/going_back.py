"""One step back, where nothing is undone by it: only what screens show. Everything else is paused, not taken back."""

from __future__ import annotations

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.control.conduct import FIRST_PODIUM_STEP, Moved, read_run, stands
from campaigns.domain.run import Back, RunState, Scene, back_step


def press_back(services: Services, run_id: int, seq: int, actor: str) -> Moved:
    """Carries the state it was pressed in, as *next* does."""
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        if not stands(change, run, seq):
            return Moved.STALE
        back = back_step(Scene(run.scene), run.podium_step, paused=run.state == RunState.PAUSED)
        if back is Back.NOTHING:
            return Moved.NOTHING
        if back is Back.REVEAL:
            transitions.show(change, run.id, Scene.REVEAL)
            change.record(run.id, "reveal_shown_again", actor, round=run.round_id)
        else:
            step = run.podium_step + 1 if run.podium_step < FIRST_PODIUM_STEP else 0
            transitions.show(change, run.id, Scene.PODIUM, podium_step=step)
            change.record(run.id, "podium_step_back", actor, step=step)
        return Moved.MOVED
