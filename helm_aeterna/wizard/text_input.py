"""One line of text being typed: its letters and the place of the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from helm_aeterna.wizard.events import Press


@dataclass(frozen=True, slots=True)
class TextInput:
    """A line of text; the cursor stands before the character at `at`.

    While `selected`, the whole text is what was offered: the first letter replaces it, as browsers do.
    """

    text: str = ""
    at: int = 0
    selected: bool = False

    @classmethod
    def of(cls, text: str, *, selected: bool = False) -> TextInput:
        """A line with the cursor at its end."""
        return cls(text, len(text), selected and bool(text))

    def typed(self, text: str) -> TextInput:
        """The line with a text put in; line ends and tabs in a paste become blanks, other controls vanish."""
        flat = "".join(" " if letter in "\r\n\t" else letter for letter in text.strip("\r\n"))
        before, after = ("", "") if self.selected else (self.text[: self.at], self.text[self.at :])
        clean = "".join(letter for letter in flat if letter.isprintable())
        return TextInput(before + clean + after, len(before) + len(clean))

    def pressed(self, key: Press) -> TextInput:
        """The line after an editing key; other keys leave it as it is."""
        text, at = self.text, self.at
        match key:
            case Press.BACKSPACE | Press.DELETE if self.selected:
                return TextInput()
            case Press.LEFT:
                return TextInput(text, max(0, at - 1))
            case Press.RIGHT:
                return TextInput(text, min(len(text), at + 1))
            case Press.HOME:
                return TextInput(text, 0)
            case Press.END:
                return TextInput.of(text)
            case _:
                return self._erased(key)

    def _erased(self, key: Press) -> TextInput:
        text, at = self.text, self.at
        match key:
            case Press.BACKSPACE:
                start = max(0, at - 1)
                return TextInput(text[:start] + text[at:], start)
            case Press.DELETE:
                return TextInput(text[:at] + text[at + 1 :], at)
            case Press.ERASE_LINE:
                return TextInput(text[at:], 0)
            case Press.ERASE_REST:
                return TextInput(text[:at], at)
            case Press.ERASE_WORD:
                kept = text[:at].rstrip()
                start = kept.rfind(" ") + 1
                return TextInput(text[:start] + text[at:], start)
            case _:
                return self

    def __repr__(self) -> str:
        """Say nothing of the text: it may be a secret."""
        return f"TextInput({len(self.text)} letters, at {self.at})"
