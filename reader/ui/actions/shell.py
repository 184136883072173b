"""What the window does for actions that concern no study."""

from __future__ import annotations

from typing import Protocol


class Shell(Protocol):
    """The window, as far as actions know it."""

    def choose_folder(self) -> None:
        """Ask for a folder and open it."""
        ...

    def choose_files(self) -> None:
        """Ask for files and open them."""
        ...

    def watch_folder(self) -> None:
        """Ask for a folder and watch it."""
        ...

    def show_studies(self) -> None:
        """List the other studies that can be shown at once."""
        ...

    def show_unreadable(self) -> None:
        """List the files that were not opened, with the reasons."""
        ...

    def show_commands(self) -> None:
        """Open the list of all actions to search in."""
        ...

    def show_keys(self) -> None:
        """Open the page with all keys."""
        ...

    def change_keys(self) -> None:
        """Open the page where keys are changed."""
        ...

    def show_settings(self) -> None:
        """Open the settings."""
        ...

    def show_about(self) -> None:
        """Say what this is."""
        ...

    def show_layouts(self) -> None:
        """Show or hide the layouts as little pictures."""
        ...

    def show_hanging(self) -> None:
        """Show or hide the hanging protocols."""
        ...

    def show_series(self) -> None:
        """Show or hide the list of series."""
        ...

    def choose_folder_to_compare(self) -> None:
        """Ask for a folder and compare the open study with the one in it."""
        ...

    def show_compare(self) -> None:
        """List the studies that the open one can be compared with."""
        ...

    def show_model_card(self) -> None:
        """Show or hide the model's card in the place of the inbox."""
        ...

    def show_thresholds(self) -> None:
        """Show from which score on findings are listed, and give it the keyboard; or hide it."""
        ...

    def show_models(self) -> None:
        """Show or hide the page of models."""
        ...

    def choose_model(self, folder: bool) -> None:
        """Ask for the folder or the file of a model and look at it."""
        ...

    def export_results(self) -> None:
        """Go to the export, or export if it is on screen."""
        ...

    def show_measuring_tools(self) -> None:
        """Unfold the measuring tools that the rail has no room for."""
        ...

    def go_back(self) -> None:
        """Leave what was entered last: a choice, a tool, a page, a mode."""
        ...

    def toggle_full_screen(self) -> None:
        """Images only, or everything again."""
        ...

    def toggle_rail(self) -> None:
        """Fold or unfold the tools."""
        ...

    def toggle_panel(self) -> None:
        """Fold or unfold the side panel."""
        ...

    def go_to_region(self, step: int) -> None:
        """Give the keyboard to the next or previous part of the window."""
        ...

    def quit(self) -> None:
        """Close the window."""
        ...
