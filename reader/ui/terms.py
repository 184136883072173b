"""Words that come with data and not from our code: clinical terms that we can translate.

Models, headers and codes bring their own names. Those listed here are in the translation;
any other is shown as it came.
"""

from __future__ import annotations

from typing import Final

from reader.core.codes import CodedConcept
from reader.core.review import RejectReason
from reader.core.text import Text, say
from reader.ui.translate import tr

REASON_WORDS: Final = {
    RejectReason.VESSEL: say("vessel"),
    RejectReason.SCAR: say("scar or fibrosis"),
    RejectReason.ARTIFACT: say("artifact"),
    RejectReason.BENIGN: say("benign"),
    RejectReason.DUPLICATE: say("duplicate"),
    RejectReason.OTHER: say("other reason"),
}
"""As they stand inside a line; the buttons have them with a capital."""

SITE_WORDS: Final[dict[str, Text]] = {
    "44029006": say("left lung"),
    "3341006": say("right lung"),
    "39607008": say("lung"),
}
"""By SNOMED CT code."""

DATA_TERMS: Final[tuple[Text, ...]] = (
    say("Lung nodule"),
    say("Nodule"),
    say("Solid nodule"),
    say("Lesion"),
    say("Finding"),
    say("Left lung"),
    say("Right lung"),
    say("Lungs"),
    say("Chest CT: lungs and nodules"),
)
"""Names of labels and findings that our own models and tools give."""
_BY_NAME: Final = {term.template: term for term in DATA_TERMS}


def term(name: str) -> str:
    """A name that came with data, translated if it is one of ours."""
    known = _BY_NAME.get(name)
    return tr(known) if known is not None else name


def site_word(site: CodedConcept) -> str:
    """A body site as it stands inside a line."""
    known = SITE_WORDS.get(site.value)
    return tr(known) if known is not None else site.meaning.lower()
