"""New names for sorted pictures, from a template such as "{class} {date} {n}"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.names import is_safe, safe_folder_name

FIELDS = ("class", "confidence", "name", "date", "n")

_PARTS = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_LARGEST_NUMBER = 6  # digits; longer ones in names that are there already are dates, not running numbers


@dataclass(frozen=True)
class Template:
    """A checked template: pieces are (text, is a field)."""

    pieces: tuple[tuple[str, bool], ...]

    def uses(self, field: str) -> bool:
        """Whether the field stands in the template."""
        return (field, True) in self.pieces

    def stem(self, values: Mapping[str, str]) -> str:
        """The new name without its suffix. Safe on every file system, in one folder, 1 to 255 bytes of UTF-8.

        values: a text for each field in use; whatever is in it, it cannot leave the folder.
        """
        return safe_folder_name("".join(values[text] if is_field else text for text, is_field in self.pieces))

    def numbers(self) -> re.Pattern[str]:
        """Matches a whole stem that this template may have made; group 1 is its {n}, which must be in use."""
        place = self.pieces.index(("n", True))
        before, after = self.pieces[:place], self.pieces[place + 1 :]
        # Only its neighbours are looked at: a wildcard for each field would take for ever on some names.
        left = re.escape(before[-1][0]) if before and not before[-1][1] else ""
        right = re.escape(after[0][0]) if after and not after[0][1] else ""
        head = ".*?" if len(before) > bool(left) else ""
        tail = ".*" if len(after) > bool(right) else ""
        return re.compile(f"{head}{left}([0-9]{{1,{_LARGEST_NUMBER}}}){right}{tail}", re.DOTALL)


def parse_template(text: str) -> Template:
    """The template as parts. SortRefused with a sentence for an unknown field or a character that no name may have."""
    if not text.strip():
        raise SortRefused(f"The name template is empty. Write one with {_fields()}, or leave it out to keep the names.")
    pieces: list[tuple[str, bool]] = []
    for field, literal, brace in _PARTS.findall(text):
        if brace or not (field or literal):
            raise SortRefused(f'The name template "{text}" has a brace without its partner. Write {_fields()}.')
        if literal:
            if unsafe := next((c for c in literal if not is_safe(c)), None):
                raise SortRefused(
                    f"The name template contains {_shown(unsafe)}, which names cannot have everywhere. Take it out; "
                    "for sub-folders there is another option."
                )
            pieces.append((literal, False))
        elif field in FIELDS:
            pieces.append((field, True))
        else:
            raise SortRefused(f'The name template has an unknown field "{{{field}}}". Known are {_fields()}.')
    if pieces[0] == (".", False) or text.lstrip().startswith("."):
        raise SortRefused("The name template begins with a dot, which would hide the files. Take the dot out.")
    return Template(tuple(pieces))


def _fields() -> str:
    return ", ".join(f"{{{field}}}" for field in FIELDS)


def _shown(character: str) -> str:
    return f'"{character}"' if character.isprintable() else "a character that cannot be printed"
