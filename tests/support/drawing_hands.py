"""What tests of measuring share: places on a pane, and hands that draw between them."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF

A, B, C, D = QPointF(300, 300), QPointF(420, 380), QPointF(480, 300), QPointF(560, 430)


def measurements(viewer):
    found = [f.measurement for f in viewer.workspace.findings.findings]
    return [m for m in found if m is not None]


def only(viewer):
    (measurement,) = measurements(viewer)
    return measurement


def take(viewer, tool_id):
    viewer.tools.choose(tool_id)


def by(start, end):
    return end.x() - start.x(), end.y() - start.y()


def ends_on_screen(viewer, measurement):
    return [viewer.pane_point(point) for point in measurement.points_lps_mm]


def near(one, other, px=1.5):
    return math.dist((one.x(), one.y()), (other.x(), other.y())) <= px
