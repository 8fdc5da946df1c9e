"""The wizard in plain lines: asks, answers, and does what is due in between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.adapters.terminal.plain import LineStopped, PlainTerminal
from helm_aeterna.wizard.events import CheckBegan, RunCheck
from helm_aeterna.wizard.plain.prompts import Plain
from helm_aeterna.wizard.reducer import due, step
from helm_aeterna.wizard.state import Dialog, Exit, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from helm_aeterna.commands.interview.effects import Work


def ask_in_plain_lines(state: State, work: Work, keep: Callable[[State], None], terminal: PlainTerminal) -> State:
    """Ask until the wizard is over; a lost terminal is a way of leaving."""
    plain = Plain(state=state)
    try:
        with terminal.opened():
            told: tuple[object, ...] = ()
            while plain.state.exit is None:
                plain = _due(plain, work, terminal)
                told = _tell(plain, told, terminal)
                if plain.state.dialog in {Dialog.HELP, Dialog.CHANGES}:
                    plain = plain.closed()
                    told = _now(plain)  # the page was said before
                    continue
                before, plain = plain, _answer(plain, terminal)
                if (plain.state.at, plain.state.answers) != (before.state.at, before.state.answers):
                    keep(plain.state)
    except LineStopped:
        return replace(plain.state, exit=Exit.LEAVE)
    return plain.state


def _answer(plain: Plain, terminal: PlainTerminal) -> Plain:
    asked = plain.ask()
    try:
        return plain.said(terminal.ask(asked.prompt, hidden=asked.hidden))
    except KeyboardInterrupt:
        terminal.say("")
        return plain.left()


def _tell(plain: Plain, told: tuple[object, ...], terminal: PlainTerminal) -> tuple[object, ...]:
    """Say the page once, and again when it changed; a note always."""
    now = _now(plain)
    if plain.note:
        terminal.say(plain.note)
    if now != told and not plain.state.view.filling:
        for line in plain.text():
            terminal.say(line)
    return now


def _now(plain: Plain) -> tuple[object, ...]:
    """What a page has to be said anew for."""
    state = plain.state
    return (state.at, state.dialog, state.view.filling, state.review, state.check_runs)


def _due(plain: Plain, work: Work, terminal: PlainTerminal) -> Plain:
    """Do what is due, one after the other: a screen reader is told when it is done."""
    while (effect := due(plain.state)) is not None:
        state = plain.state
        if isinstance(effect, RunCheck):
            terminal.say("")
            terminal.say(f"{state.page.title}: trying it now ...")
            state = step(state, CheckBegan(effect.check))
        state = step(state, work.done(effect, state))
        plain = replace(plain, state=state, note=state.view.problem or plain.note)
    return plain
