"""What a person may choose about sorting, besides where to and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from fewshot_gui.sorting.errors import SortRefused
from fewshot_gui.sorting.names import fold, safe_folder_name
from fewshot_gui.sorting.sets import SortItem, Unfiled
from fewshot_gui.sorting.templates import Template, parse_template


@dataclass(frozen=True)
class SortOptions:
    """keep_subfolders: below the class folder. name: a template, "" keeps the names. unsure and none: the names of
    folders for pictures that are not sure enough and for none of these, "" leaves them alone.
    """

    keep_subfolders: bool = False
    name: str = ""
    unsure: str = ""
    none: str = ""

    @cached_property
    def template(self) -> Template | None:
        """The template's parts; SortRefused when there is something wrong with it."""
        return parse_template(self.name) if self.name else None

    def refusals(self, labels: Iterable[str]) -> list[str]:
        """What is wrong with these options for these classes, in sentences."""
        refusals = []
        try:
            _ = self.template
        except SortRefused as error:
            refusals.append(str(error))
        classes = {fold(safe_folder_name(label)): label for label in set(labels)}
        for folder, kind in ((self.unsure, "unsure pictures"), (self.none, "pictures that are none of these")):
            if folder and (label := classes.get(fold(safe_folder_name(folder)))):
                refusals.append(
                    f'The folder "{folder}" for {kind} would be the one of the class {label}. Choose another name.'
                )
        return refusals

    def folder_of(self, item: SortItem) -> str | None:
        """The label under which the item is sorted; None: it is left alone."""
        if item.label is not None or item.unfiled is None:
            return item.label
        return (self.unsure if item.unfiled is Unfiled.UNSURE else self.none) or None
