"""Sentences with values: said, and taken along to another process."""

from __future__ import annotations

import pickle

from reader.core.text import say


def test_a_sentence_survives_a_journey_to_another_process():
    sentence = say("{name} has {count:.1f} ml.", name=say("Liver"), count=3)
    arrived = pickle.loads(pickle.dumps(sentence))
    assert arrived == sentence
    assert str(arrived) == "Liver has 3.0 ml."
