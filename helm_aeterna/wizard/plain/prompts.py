"""The wizard as plain lines: for screen readers, dumb terminals and pipes of keys; the same reducer behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.check_page import check_choices
from helm_aeterna.wizard.choice_page import choices_of
from helm_aeterna.wizard.dialogs import LEAVE_CHOICES
from helm_aeterna.wizard.drawing.hints import help_text
from helm_aeterna.wizard.events import Event, Filled, Picked, Press
from helm_aeterna.wizard.form_page import values_of
from helm_aeterna.wizard.page import Look
from helm_aeterna.wizard.plain.text import field_prompt, page_text
from helm_aeterna.wizard.reducer import step
from helm_aeterna.wizard.review_page import selectable
from helm_aeterna.wizard.secret_sources import secret_sources, source_at
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

BACK, HELP, EMPTY = "<", "?", "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked next.

    Attributes:
        prompt: Stands before the answer.
        hidden: What is typed must not be seen.
    """

    prompt: str
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The state, and whether the fields of a secret's page are being asked.

    Attributes:
        state: The wizard's state.
        typing: The way of giving a secret was chosen; its fields come next.
        note: What is said before the next prompt.
    """

    state: State
    typing: bool = False
    note: str = ""

    def text(self) -> tuple[str, ...]:
        """The page, or what lies over it, as lines."""
        return page_text(self.state)

    def ask(self) -> Ask:
        """The prompt of the line that comes next."""
        state = self.state
        if state.dialog is Dialog.LEAVE:
            return Ask(prompt=f"Number, 1 to {len(LEAVE_CHOICES)} [2]: ")
        look = state.page.look
        if look is Look.FORM:
            return Ask(prompt=field_prompt(state))
        if look is Look.SWITCHES:
            return Ask(prompt="Numbers to turn on or off, or Enter to go on: ")
        if look is Look.SECRET and self.typing:
            source = source_at(state, state.page.questions[0])
            known = state.view.fields[state.view.focus].text
            default = f" [{known}]" if known and not source.hidden else ""
            return Ask(prompt=f"{source.prompts[state.view.focus]}{default}: ", hidden=source.hidden)
        return Ask(prompt=f"Number, 1 to {self.count()} [{state.view.cursor + 1}]: ")

    def count(self) -> int:
        """How many lines can be chosen."""
        state = self.state
        match state.page.look:
            case Look.SECRET:
                return len(secret_sources(state, state.page.questions[0]))
            case Look.CHECK:
                return len(check_choices(state.check_runs.get(state.page.owner)))
            case Look.REVIEW:
                return len(selectable(state))
            case _:
                return len(choices_of(state, state.page))

    def said(self, line: str) -> Plain:
        """What a line makes of it."""
        word = line.strip()
        plain = replace(self, note="")
        if self.state.dialog is Dialog.LEAVE:
            return plain.numbered(word or "2", len(LEAVE_CHOICES))
        hidden = self.typing and self.ask().hidden
        if word == BACK and not hidden:
            # A secret's fields lead back to the ways of giving it.
            return replace(plain, typing=False) if self.typing else plain.after(Press.BACK)
        if word == HELP and not hidden:
            return replace(plain, note="\n".join(help_text(self.state, plain=True)))
        return plain.on_page(line)

    def on_page(self, line: str) -> Plain:
        """A line for the page that is open."""
        word = line.strip()
        match self.state.page.look:
            case Look.FORM:
                return self.field(word)
            case Look.SWITCHES:
                return self.switches(word)
            case Look.SECRET:
                return self.secret(line)
            case _:
                return self.numbered(word or str(self.state.view.cursor + 1), self.count())

    def left(self) -> Plain:
        """Ctrl-C: the question on leaving; a second one leaves."""
        return replace(self.after(Press.LEAVE), typing=False)

    def closed(self) -> Plain:
        """The dialog that was only read is taken away."""
        return self.after(Press.ENTER)

    def after(self, *events: Event) -> Plain:
        """The same after some events."""
        state = self.state
        for event in events:
            state = step(state, event)
        return replace(self, state=state)

    def numbered(self, word: str, count: int) -> Plain:
        """A number chooses a line."""
        number = int(word) if word.isdecimal() else 0
        if not 0 < number <= count:
            return replace(self, note=f"{word!r} is not a number from 1 to {count}.")
        plain = self.after(Picked(number - 1), Press.ENTER)
        return replace(plain, note=plain.state.view.problem)

    def field(self, word: str) -> Plain:
        """One field of a form."""
        state = self.state
        question = state.page.questions[state.view.cursor]
        values = values_of(question)
        if word == EMPTY:
            word, events = "", [Filled("")]
        elif values and word:
            meant = {"yes": "true", "y": "true", "no": "false", "n": "false"}.get(word.lower(), word)
            if meant.isdecimal() and meant not in values and 0 < int(meant) <= len(values):
                meant = values[int(meant) - 1]
            if meant not in values:
                return replace(self, note=f"{word!r} is none of them.")
            events = [Filled(meant)]
        else:
            events = [Filled(word)] if word else []
        plain = self.after(*events, Press.ENTER)
        view = plain.state.view
        # What was wrong is asked again as it stood before.
        again = view.problem and view.cursor == state.view.cursor and plain.state.at == state.at
        return replace(self if again else plain, note=view.problem)

    def switches(self, word: str) -> Plain:
        """Numbers turn lines on or off; nothing goes on."""
        if not word:
            return self.after(Press.ENTER)
        count = len(self.state.page.rows)
        numbers = [int(part) if part.isdecimal() else 0 for part in word.replace(",", " ").split()]
        if any(not 0 < number <= count for number in numbers):
            return replace(self, note=f"Give numbers from 1 to {count}, with blanks between them.")
        plain = self
        for number in numbers:
            plain = plain.after(Picked(number - 1), Press.SPACE)
        on = [row.label for row in self.state.page.rows if row.value in plain.state.view.on]
        return replace(plain, note=f"On: {', '.join(on) or 'none'}.")

    def secret(self, line: str) -> Plain:
        """The way to give a secret, then what it needs."""
        state = self.state
        question = state.page.questions[0]
        if not self.typing:
            word = line.strip() or str(state.view.cursor + 1)
            count = len(secret_sources(state, question))
            if not word.isdecimal() or not 0 < int(word) <= count:
                return replace(self, note=f"{word!r} is not a number from 1 to {count}.")
            plain = self.after(Picked(int(word) - 1))
            if source_at(plain.state, question).prompts:
                return replace(plain, typing=True)
            return plain.after(Press.ENTER)
        plain = self.after(*([Filled(line)] if line.strip() else []), Press.ENTER)
        here = plain.state.at == state.at and plain.state.dialog is None
        return replace(plain, typing=here, note=plain.state.view.problem if here else "")
