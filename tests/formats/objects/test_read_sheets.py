"""Label sheets and the colours of segments by others."""

from __future__ import annotations

from reader.formats.objects.read_sheets import color_of_lab


def test_recommended_colors_are_those_highdicom_means():
    from highdicom.color import CIELabColor

    for rgb in ((221, 130, 101), (0, 151, 206), (12, 200, 30), (255, 255, 255), (0, 0, 0)):
        color = CIELabColor.from_rgb(*rgb)
        assert color_of_lab(color.value) == "#{:02X}{:02X}{:02X}".format(*rgb)
