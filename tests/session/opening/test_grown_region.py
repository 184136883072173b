"""A burst of regions is told once, and nothing of it is lost."""

from reader.imaging.components import union_box
from reader.session.opening.grown_region import GrownRegion


def box(first, last):
    return ((first, last), (0, 4), (0, 5))


def test_what_comes_before_it_was_told_is_told_together():
    waiting, told = [], []
    grown = GrownRegion(waiting.append, told.append)
    for first in (6, 5, 7):
        grown.add(box(first, first + 1))
    assert len(waiting) == 1
    waiting.pop()()
    assert told == [box(5, 8)]


def test_what_comes_afterwards_is_told_again():
    waiting, told = [], []
    grown = GrownRegion(waiting.append, told.append)
    grown.add(box(1, 2))
    waiting.pop()()
    grown.add(box(9, 10))
    waiting.pop()()
    assert told == [box(1, 2), box(9, 10)]


def test_the_box_around_two_holds_both():
    assert union_box(((0, 1), (2, 5), (3, 4)), ((4, 6), (1, 3), (3, 9))) == ((0, 6), (1, 5), (3, 9))
