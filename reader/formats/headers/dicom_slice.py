"""One DICOM image as intake knows it: where its pixels lie and how they become values."""

from __future__ import annotations

from dataclasses import dataclass, field

from reader.core.intensity import WindowLevel
from reader.core.series_kind import SpacingSource
from reader.core.study import InstanceRef

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """How the samples of an image are stored. Source: DICOM PS3.5 section 8.1.

    `samples` is 3 for colour (and 1 for a palette), `planar` that all red come before all
    green; `real` that they are IEEE floats of `bits_allocated` bits.
    """

    transfer_syntax_uid: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    photometric: str
    samples: int = 1
    planar: bool = False
    real: bool = False

    @property
    def stored_range(self) -> tuple[int, int]:
        """The smallest and largest value the stored bits can hold."""
        if self.signed:
            return -(1 << (self.bits_stored - 1)), (1 << (self.bits_stored - 1)) - 1
        return 0, (1 << self.bits_stored) - 1

    @property
    def frame_bits(self) -> int:
        """Bits of one uncompressed pixel, all samples together.

        In YBR_FULL_422 two pixels share their colour. Source: DICOM PS3.3 C.7.6.3.1.2.
        """
        if self.photometric == "YBR_FULL_422":
            return 2 * self.bits_allocated
        return self.samples * self.bits_allocated

    @property
    def is_color(self) -> bool:
        """Whether pixels are colours and not values."""
        return self.samples > 1 or self.photometric == "PALETTE COLOR"


@dataclass(frozen=True, slots=True)
class ModalityTable:
    """Stored value to modality value. Source: DICOM PS3.3 C.11.1.

    `entries` are little-endian uint16, the first for `first_stored` and all below it.
    """

    first_stored: int
    entries: bytes
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Palette:
    """Stored value to colour. `rgb` holds three bytes for each, from `first_stored` on.

    Source: DICOM PS3.3 C.7.6.3.1.5; 16-bit palettes are reduced to their high byte.
    """

    first_stored: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """One-bit graphics over an image. Source: DICOM PS3.3 C.9.2.

    `packed` are its bits, lowest first; empty where they lie in bit `embedded_bit` of the
    pixels. `origin` is the (row, column) of the image that its first pixel lies on, from 0.
    """

    rows: int
    columns: int
    origin: tuple[int, int]
    packed: bytes = b""
    embedded_bit: int | None = None
    frames: int = 1
    first_frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DicomSlice(InstanceRef):
    """A slice: a single-frame file, or one frame of a multi-frame one.

    `fragments` are the (offset, length) in the file that hold this slice's pixels, in
    order; empty when only pydicom can reach them. Positions and cosines are LPS;
    `spacing_mm` is between rows, then between columns. None = not stated, or not usable.
    """

    series_uid: str
    study_uid: str
    instance_number: int | None
    rows: int
    columns: int
    pixels: PixelFormat
    encapsulated: bool = False
    fragments: tuple[tuple[int, int], ...] = ()
    file_size: int = 0
    modified_ns: int = 0
    position_lps_mm: Vector | None = None
    orientation: tuple[Vector, Vector] | None = None
    spacing_mm: tuple[float, float] | None = None
    spacing_source: SpacingSource = SpacingSource.PATIENT
    slice_thickness_mm: float | None = None
    slice_spacing_mm: float | None = None
    frame_of_reference_uid: str = ""
    localizer: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    rescaled: bool = False
    unit_name: str = ""
    """What the header calls the unit of the values of this frame; or empty."""
    table: ModalityTable | None = None
    palette: Palette | None = None
    overlays: tuple[OverlayPlane, ...] = ()
    padding: tuple[int, int] | None = None
    """Stored values from the first to the second mark pixels outside the image."""
    windows: tuple[WindowLevel, ...] = ()
    lossy: bool = False
    marks: tuple[bytes, ...] = field(default=())
