"""What a series shows and when contrast was given, from the words and numbers of its header.

Pure. Headers are written by hand and by vendor, so the order matters: what the scanner
states (image type, b-value, corrections) goes before its kernel or timing, and that
before what somebody typed. What nothing tells stays UNKNOWN or *_OTHER.

Source: DICOM PS3.3 C.7.6.1.1.2, C.8.2.1.1.1, C.8.3.1.1.1, C.8.9.1 (image type, corrections).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reader.core.series_kind import ContrastPhase, SeriesClass
from reader.formats.headers.sop_classes import ImageKind
from reader.formats.series.kernel_class import kernel_class


@dataclass(frozen=True, slots=True)
class HeaderClues:
    """The parts of a header that tell what a series shows; empty or None = not stated.

    `description` is the series' own, `protocol` the name of what it was part of, which
    often names other series as well. Times are ms, b-values s/mm².
    """

    modality: str = ""
    image_kind: ImageKind = ImageKind.CROSS_SECTION
    image_type: tuple[str, ...] = ()
    description: str = ""
    localizer: bool = False
    body_part: str = ""
    kernel: str = ""
    contrast_agent: str = ""
    corrected_image: tuple[str, ...] = ()
    sequence_name: str = ""
    scanning_sequence: tuple[str, ...] = ()
    acquisition_contrast: str = ""
    protocol: str = ""
    b_value: float | None = None
    repetition_time_ms: float | None = None
    echo_time_ms: float | None = None
    inversion_time_ms: float | None = None


def _words(pattern: str) -> re.Pattern[str]:
    """Matches whole words of a description whose other characters became spaces."""
    return re.compile(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])")


_KINDS: Final = {
    ImageKind.PARAMETRIC_MAP: SeriesClass.PARAMETRIC_MAP,
    ImageKind.ANGIOGRAPHY: SeriesClass.ANGIOGRAM,
    ImageKind.ULTRASOUND: SeriesClass.ULTRASOUND,
    ImageKind.NUCLEAR: SeriesClass.NUCLEAR,
    ImageKind.PHOTOGRAPH: SeriesClass.PHOTOGRAPH,
}
_MODALITIES: Final = {
    "MG": SeriesClass.MAMMOGRAM,
    "CR": SeriesClass.RADIOGRAPH,
    "DX": SeriesClass.RADIOGRAPH,
    "RG": SeriesClass.RADIOGRAPH,
    "IO": SeriesClass.RADIOGRAPH,
    "PX": SeriesClass.RADIOGRAPH,
    "XA": SeriesClass.ANGIOGRAM,
    "RF": SeriesClass.ANGIOGRAM,
    "US": SeriesClass.ULTRASOUND,
    "NM": SeriesClass.NUCLEAR,
    "XC": SeriesClass.PHOTOGRAPH,
    "GM": SeriesClass.PHOTOGRAPH,
    "ES": SeriesClass.PHOTOGRAPH,
    "OP": SeriesClass.PHOTOGRAPH,
}
_COMPUTED: Final = frozenset(
    {
        "MIP", "MINIP", "MNIP", "MIN IP", "CSA MIP", "PROJECTION IMAGE", "AVERAGE",
        "MPR", "CSA MPR", "CURVED MPR", "CPR", "REFORMATTED",
        "VRT", "SSD", "VOLREN", "VOLUME RENDERED", "SUBTRACTION", "SUB",
        "PERFUSION", "RCBF", "RCBV", "CBF", "CBV", "MTT", "TTP", "TMAX",
    }
)  # fmt: skip
_SCREENS: Final = frozenset({"SCREEN SAVE", "REPORT", "DOSE_INFO", "CSA REPORT", "CSA RESULT"})
_LOCALIZER_WORDS: Final = _words(
    "scouts?|topogramm?|surview|survey|loc|locali[sz]er|localisateur|localizador|3 ?plane loc|"
    "scanogram|toposcan|uebersicht|übersicht"
)
_COMPUTED_WORDS: Final = _words("mips?|mpr|minip|vrt|vr|3d vr|subtraction|sub mip|curved")
_CHINESE_LOCALIZER: Final = "定位"


def series_class(clues: HeaderClues) -> SeriesClass:
    """What a series shows."""
    kind = clues.image_kind
    types = {value.upper() for value in clues.image_type}
    if kind is ImageKind.PROJECTION:
        return SeriesClass.MAMMOGRAM if clues.modality == "MG" else SeriesClass.RADIOGRAPH
    if kind in _KINDS:
        return _KINDS[kind]
    if clues.modality in _MODALITIES:
        return _MODALITIES[clues.modality]
    first = clues.image_type[0].upper() if clues.image_type else ""
    if types & _SCREENS or (kind is ImageKind.CAPTURE and first != "ORIGINAL"):
        return SeriesClass.CAPTURE
    words = _plain_words(clues.description)
    if clues.localizer or _LOCALIZER_WORDS.search(words) or _CHINESE_LOCALIZER in words:
        return SeriesClass.LOCALIZER
    if clues.modality == "PT":
        return _pet_class(clues, words)
    if clues.modality == "CT":
        return _ct_class(clues, types, words)
    if clues.modality == "MR":
        found = _mr_class(clues, types, words)
        if found is SeriesClass.MR_OTHER and not words.strip():
            return _mr_class(clues, types, _plain_words(clues.protocol))
        return found
    return SeriesClass.CAPTURE if kind is ImageKind.CAPTURE else SeriesClass.UNKNOWN


def _plain_words(description: str) -> str:
    """Lower case, with every separator a space, so that words can be told from each other."""
    return " " + re.sub(r"[^\w*+]|_", " ", description.lower()) + " "


def _is_computed(types: set[str], words: str) -> bool:
    return bool(types & _COMPUTED) or bool(_COMPUTED_WORDS.search(words))


_NO_CORRECTION_WORDS: Final = _words("nac|uncorrected|no ac|no attn|non corrected|nonac|non ac")
_CORRECTION_WORDS: Final = _words("ac|ctac|wb ?ac|attn|corrected|mrac")


def _pet_class(clues: HeaderClues, words: str) -> SeriesClass:
    """PET by its corrections; by its name where the header lists none.

    A name that denies a correction is believed first: some scanners list ATTN in both.
    """
    if _NO_CORRECTION_WORDS.search(words):
        return SeriesClass.PET_UNCORRECTED
    if clues.corrected_image:
        corrected = "ATTN" in clues.corrected_image
        return SeriesClass.PET_CORRECTED if corrected else SeriesClass.PET_UNCORRECTED
    if _CORRECTION_WORDS.search(words):
        return SeriesClass.PET_CORRECTED
    return SeriesClass.UNKNOWN


def _ct_class(clues: HeaderClues, types: set[str], words: str) -> SeriesClass:
    if _is_computed(types, words):
        return SeriesClass.DERIVED
    return kernel_class(clues.kernel, words, clues.body_part)


_ADC_WORDS: Final = _words("e?adc|apparent diffusion coefficient|dadc")
_DWI_WORDS: Final = _words(
    "dwi?|diff|diffusion|dti|trace|tracew|b ?(?:50|100|400|500|[6-9]00|1[0-9]00|2000)|"
    "resolve|ep2d diff|dw ?se|dwibs|calc bval"
)
_FRACTION_WORDS: Final = _words("fa|colfa|fa map|fractional anisotropy|exp|eadc map")
_SWI_WORDS: Final = _words("swi|swan|swip|susceptibility|susc|venbold|mag images|pha images|qsm")
_PERFUSION_WORDS: Final = _words(
    "perf|perfusion|pwi|dsc|asl|pcasl|pasl|dce|r?cbf|r?cbv|mtt|ttp|tmax|bolus track"
)
_ANGIO_WORDS: Final = _words(
    "tof|mra|angio|angiography|angiographie|angiografia|twist|tricks|inhance|ce ?mra|3d pc|venc"
)
_FLAIR_WORDS: Final = _words("flair|dark fluid|dark fl|darkfluid|t2 tirm dark")
_T1_WORDS: Final = _words(
    "t1w?i?|t1 ?[a-z]*|mprage|mp rage|mpr age|vibe|e? ?thrive|lava|bravo|fspgr|spgr|tfl3d|fl3d|"
    "flash|mp2rage|starvibe"
)
_T2_WORDS: Final = _words(
    "t2w?i?|t2 ?[a-z]+|haste|ssfse|ss fse|trufi|true ?fisp|fiesta|ciss|drive|balanced|bffe|btfe"
)
_T2_STAR_WORDS: Final = re.compile(r"t2 ?(?:\*|star|gre|medic|fl2d|me2d)|\bmedic\b|t2\*")
_PD_WORDS: Final = _words("pdw?i?|pd ?[a-z]+|proton|proton density|dp")
_STIR_WORDS: Final = _words("stir|tirm")
_CONTRASTS: Final = {
    "T1": SeriesClass.MR_T1,
    "T2": SeriesClass.MR_T2,
    "T2_STAR": SeriesClass.MR_OTHER,
    "STIR": SeriesClass.MR_OTHER,
    "FLUID_ATTENUATED": SeriesClass.MR_FLAIR,
    "FLAIR": SeriesClass.MR_FLAIR,
    "PROTON_DENSITY": SeriesClass.MR_PD,
    "DIFFUSION": SeriesClass.MR_DWI,
    "PERFUSION": SeriesClass.MR_PERFUSION,
    "TOF": SeriesClass.MR_ANGIO,
    "ANGIO": SeriesClass.MR_ANGIO,
    "FLOW_ENCODED": SeriesClass.MR_ANGIO,
}


def _mr_class(clues: HeaderClues, types: set[str], words: str) -> SeriesClass:
    diffusion = _diffusion_class(clues, types, words)
    if diffusion is not None:
        return diffusion
    if _is_computed(types, words) and not types & {"PERFUSION"}:
        return SeriesClass.DERIVED
    if types & {"SWI", "SWAN"} or _SWI_WORDS.search(words):
        return SeriesClass.MR_SWI
    if types & {"PERFUSION", "ASL"} or _PERFUSION_WORDS.search(words):
        return SeriesClass.MR_PERFUSION
    if types & {"TOF"} or _ANGIO_WORDS.search(words):
        return SeriesClass.MR_ANGIO
    return _weighting(clues, types, words)


def _diffusion_class(clues: HeaderClues, types: set[str], words: str) -> SeriesClass | None:
    """Diffusion and what is computed from it; None for everything else."""
    if types & {"ADC", "EADC", "ADC_UNSPECIFIED"} or _ADC_WORDS.search(words):
        return SeriesClass.MR_ADC
    if types & {"FA", "FRACTIONAL_ANISOTROPY", "TENSOR_B0", "TENSOR"}:
        return SeriesClass.MR_OTHER
    sequence = re.search(r"ep_b\d", clues.sequence_name.lower())
    stated = types & {"DIFFUSION", "TRACEW", "TRACE", "DWI"} or clues.b_value or sequence
    if stated or clues.acquisition_contrast == "DIFFUSION" or _DWI_WORDS.search(words):
        return SeriesClass.MR_OTHER if _FRACTION_WORDS.search(words) else SeriesClass.MR_DWI
    return None


def _weighting(clues: HeaderClues, types: set[str], words: str) -> SeriesClass:
    """T1, T2, FLAIR or PD: by name, then as the scanner states it, then by its timing."""
    named = (
        (_FLAIR_WORDS, SeriesClass.MR_FLAIR),
        (_STIR_WORDS, SeriesClass.MR_OTHER),
        (_T2_STAR_WORDS, SeriesClass.MR_OTHER),
        (_T1_WORDS, SeriesClass.MR_T1),
        (_T2_WORDS, SeriesClass.MR_T2),
        (_PD_WORDS, SeriesClass.MR_PD),
    )
    for pattern, found in named:
        if pattern.search(words):
            return found
    stated = _CONTRASTS.get(clues.acquisition_contrast)
    if stated is None:
        stated = next((_CONTRASTS[value] for value in types & _CONTRASTS.keys()), None)
    return stated or _by_timing(clues)


_LONG_INVERSION_MS: Final = 1500
_LONG_ECHO_MS: Final = 60
_SHORT_ECHO_MS: Final = 30
_LONG_REPETITION_MS: Final = 1800
_SHORT_REPETITION_MS: Final = 1000


def _by_timing(clues: HeaderClues) -> SeriesClass:
    """The weighting a spin echo or an inversion recovery has by its times."""
    repetition, echo = clues.repetition_time_ms, clues.echo_time_ms
    inversion = clues.inversion_time_ms or 0.0
    if repetition is None or echo is None:
        return SeriesClass.MR_OTHER
    if inversion >= _LONG_INVERSION_MS and echo >= _LONG_ECHO_MS:
        return SeriesClass.MR_FLAIR
    spin_echo = "SE" in clues.scanning_sequence
    if "EP" in clues.scanning_sequence or (0 < inversion < 300 and spin_echo):
        return SeriesClass.MR_OTHER
    if spin_echo and repetition >= _LONG_REPETITION_MS:
        return SeriesClass.MR_T2 if echo >= _LONG_ECHO_MS else SeriesClass.MR_PD
    if spin_echo and repetition < _SHORT_REPETITION_MS and echo <= _SHORT_ECHO_MS:
        return SeriesClass.MR_T1
    magnetization_prepared = "GR" in clues.scanning_sequence and 600 <= inversion <= 1300
    return SeriesClass.MR_T1 if magnetization_prepared else SeriesClass.MR_OTHER


_NATIVE_WORDS: Final = _words(
    "nativ|native|natif|nativo|plain|non ?contrast|no contrast|noncontrast|nc|ncct|unenhanced|"
    "without(?: iv)?(?: contrast)?|w o(?: contrast)?|wo|pre ?contrast|pre gd|pre|ohne km|"
    "sans (?:inj|iv|injection|contraste)|senza(?: mdc)?|sin contraste|sem contraste|bez kontrastu"
)
_ARTERIAL_WORDS: Final = _words(
    "arterial|arteriell|arterielle|artérielle|artériel|arteriosa|arteriel|art|late art|cta"
)
_PORTAL_WORDS: Final = _words(
    "portal|portale|porto|portovenous|portal ?venous|portalvenös|portovenös|pv|pvp|venous|"
    "venös|venoes|veineux|veineuse|venosa|venoso|ven"
)
_DELAYED_WORDS: Final = _words(
    "delay|delayed|late|spät|spaet|tardif|tardive|tardiva|tardía|equilibrium|excretory|"
    "nephrographic|nephro|urographic|urogram|hepatobiliary|20 ?min"
)
_GIVEN_WORDS: Final = _words(
    "post ?contrast|post|post gd|gd|gad|gado|with contrast|w contrast|contrast|mit km|km|ce|"
    "iv contrast|enhanced|avec (?:inj|injection|contraste)|con (?:mdc|contraste)|civ"
)
_CHINESE_PHASES: Final = (
    ("平扫", ContrastPhase.NATIVE),
    ("动脉", ContrastPhase.ARTERIAL),
    ("動脈", ContrastPhase.ARTERIAL),
    ("门静脉", ContrastPhase.PORTAL_VENOUS),
    ("门脉", ContrastPhase.PORTAL_VENOUS),
    ("門脈", ContrastPhase.PORTAL_VENOUS),
    ("静脉", ContrastPhase.PORTAL_VENOUS),
    ("延迟", ContrastPhase.DELAYED),
    ("延時", ContrastPhase.DELAYED),
    ("排泄", ContrastPhase.DELAYED),
    ("增强", ContrastPhase.GIVEN),
    ("造影", ContrastPhase.GIVEN),
)
_PHASE_WORDS: Final = (
    (_NATIVE_WORDS, ContrastPhase.NATIVE),
    (_ARTERIAL_WORDS, ContrastPhase.ARTERIAL),
    (_PORTAL_WORDS, ContrastPhase.PORTAL_VENOUS),
    (_DELAYED_WORDS, ContrastPhase.DELAYED),
    (_GIVEN_WORDS, ContrastPhase.GIVEN),
)


_PLUS_CONTRAST: Final = re.compile(r"(?<!\w)\+ ?(?:c|km|gd|k)(?!\w)|(?<!\w)(?:c|k)\+")
_NO_AGENT: Final = frozenset({"", "no", "none", "0", "n", "nil", "without", "non", "nein", "-"})
_ORAL_AGENTS: Final = re.compile(
    r"oral|gastrograf|gastro|readi ?cat|barium|water|volumen|omni ?oral|p\.?o\.?"
)


def _phases_named(text: str) -> list[ContrastPhase]:
    """The phases that words name, the most telling first."""
    lower = text.lower()
    found = [phase for sign, phase in _CHINESE_PHASES if sign in lower]
    words = _plain_words(text)
    found += [phase for pattern, phase in _PHASE_WORDS if pattern.search(words)]
    if _PLUS_CONTRAST.search(lower):
        found.append(ContrastPhase.GIVEN)
    # "without contrast" holds the word contrast.
    given_too = ContrastPhase.NATIVE not in found
    return [p for p in dict.fromkeys(found) if given_too or p is not ContrastPhase.GIVEN]


def contrast_phase(clues: HeaderClues) -> ContrastPhase:
    """Whether contrast was given into the blood, and when, as far as the header tells.

    An empty agent does not say that none was given.
    """
    if clues.modality not in ("CT", "MR"):
        return ContrastPhase.UNKNOWN
    of_series, of_protocol = _phases_named(clues.description), _phases_named(clues.protocol)
    if of_series:
        return of_series[0]
    if len(of_protocol) == 1:
        return of_protocol[0]
    agent = clues.contrast_agent.strip().lower()
    if agent in _NO_AGENT:
        return ContrastPhase.UNKNOWN
    parts = [part for part in re.split(r"[&+,;/]| and ", agent) if part.strip()]
    if all(_ORAL_AGENTS.search(part) for part in parts):
        return ContrastPhase.UNKNOWN
    return ContrastPhase.GIVEN
