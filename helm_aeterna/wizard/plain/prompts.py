"""The wizard as plain lines: for screen readers, dumb terminals and pipes of keys; the same reducer behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.dialogs import LEAVE_CHOICES
from helm_aeterna.wizard.drawing.hints import help_text
from helm_aeterna.wizard.events import Event, Press
from helm_aeterna.wizard.page_kind import Ask, kind_of, numbered
from helm_aeterna.wizard.plain.text import page_text
from helm_aeterna.wizard.reducer import step
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm_aeterna.wizard.state import State

BACK, HELP = "<", "?"
_STAY = "2"  # the line of the dialog on leaving that Enter takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The state, and what is said before the next prompt."""

    state: State
    note: str = ""

    def text(self) -> tuple[str, ...]:
        """The page, or what lies over it, as lines."""
        return page_text(self.state)

    def ask(self) -> Ask:
        """The prompt of the line that comes next."""
        if self.state.dialog is Dialog.LEAVE:
            return Ask(prompt=f"Number, 1 to {len(LEAVE_CHOICES)} [{_STAY}]: ")
        return kind_of(self.state).ask(self.state)

    def said(self, line: str) -> Plain:
        """What a line makes of it."""
        word = line.strip()
        if self.state.dialog is Dialog.LEAVE:
            return self.after(numbered(word or _STAY, len(LEAVE_CHOICES)))
        if not self.ask().hidden and word == BACK:
            return self.after([Press.BACK])
        if not self.ask().hidden and word == HELP:
            return replace(self, note="\n".join(help_text(self.state, plain=True)))
        return self.after(kind_of(self.state).read(self.state, line))

    def left(self) -> Plain:
        """Ctrl-C: the question on leaving; a second one leaves."""
        return self.after([Press.LEAVE])

    def closed(self) -> Plain:
        """A dialog that was only read is closed."""
        return self.after([Press.ENTER])

    def after(self, events: Sequence[Event] | str) -> Plain:
        """The same after some events, or with a note on what is wrong."""
        if isinstance(events, str):
            return replace(self, note=events)
        before, state = self.state, self.state
        for event in events:
            state = step(state, event)
        if state.at != before.at or state.dialog is not before.dialog:
            return Plain(state=state, note=state.view.problem)
        # What was wrong is asked again as it stood before.
        same = (state.view.cursor, state.view.focus) == (before.view.cursor, before.view.focus)
        note = state.view.problem or kind_of(state).echo(state)
        return Plain(state=before if state.view.problem and same else state, note=note)
