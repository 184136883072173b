"""What actions ask of the window that only opens a page over it.

A page is imported when somebody opens it: the first window comes up without them.
"""

from __future__ import annotations

from typing import Protocol

from reader.session.workspace import Mode, Workspace
from reader.ui.window.frame import WindowFrame


class _HasFrame(Protocol):
    """A window with a frame on a session."""

    workspace: Workspace

    @property
    def frame(self) -> WindowFrame: ...


class SheetShell:
    """Opens each page, or closes it if it is the one that is open."""

    def show_studies(self: _HasFrame) -> None:
        """List the other studies of what was opened, and of the patient."""
        from reader.ui.pages.studies_sheet import StudiesSheet

        self.frame.sheets.toggle(StudiesSheet)

    def show_unreadable(self: _HasFrame) -> None:
        """List the files that were not opened, with the reasons."""
        from reader.ui.pages.unreadable_sheet import UnreadableSheet

        self.frame.sheets.toggle(UnreadableSheet)

    def show_commands(self: _HasFrame) -> None:
        """Open the list of all actions to search in."""
        from reader.ui.pages.command_sheet import CommandSheet

        self.frame.sheets.toggle(CommandSheet)

    def show_keys(self: _HasFrame) -> None:
        """Open the page with all keys."""
        from reader.ui.pages.keys_sheet import KeysSheet

        self.frame.sheets.toggle(KeysSheet)

    def change_keys(self: _HasFrame) -> None:
        """Open the page where keys are changed."""
        from reader.ui.pages.change_keys_sheet import ChangeKeysSheet

        self.frame.sheets.toggle(ChangeKeysSheet)

    def show_series(self: _HasFrame) -> None:
        """Show or hide the list of series."""
        self.workspace.set_mode(
            Mode.READ if self.workspace.mode is Mode.REPORT else self.workspace.mode
        )
        from reader.ui.pages.series_sheet import SeriesSheet

        self.frame.sheets.toggle(SeriesSheet)

    def show_layouts(self: _HasFrame) -> None:
        """Show or hide the layouts as little pictures."""
        from reader.ui.hanging.layout_sheet import LayoutSheet

        self.frame.sheets.toggle(LayoutSheet)

    def show_hanging(self: _HasFrame) -> None:
        """Show or hide the hanging protocols."""
        from reader.ui.hanging.hanging_sheet import HangingSheet

        self.frame.sheets.toggle(HangingSheet)

    def show_about(self: _HasFrame) -> None:
        """Say what this is."""
        from reader.ui.pages.about_sheet import AboutSheet

        self.frame.sheets.toggle(AboutSheet)

    def show_models(self: _HasFrame) -> None:
        """Show or hide the page of models."""
        from reader.ui.models.models_sheet import ModelsSheet

        self.frame.sheets.toggle(ModelsSheet)

    def show_compare(self: _HasFrame) -> None:
        """List the studies that the open one can be compared with."""
        from reader.ui.compare.compare_sheet import CompareSheet

        self.frame.sheets.toggle(CompareSheet)
