"""All actions in one place, each id once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reader.ui.actions.action import ActionId, ActionSpec
from reader.ui.actions.application_actions import APPLICATION_ACTIONS
from reader.ui.actions.browsing_actions import BROWSING_ACTIONS
from reader.ui.actions.compare_actions import COMPARE_ACTIONS
from reader.ui.actions.decision_actions import DECISION_ACTIONS
from reader.ui.actions.fusion_actions import FUSION_ACTIONS
from reader.ui.actions.hanging_actions import HANGING_ACTIONS
from reader.ui.actions.measure_actions import MEASURE_ACTIONS
from reader.ui.actions.model_actions import MODEL_ACTIONS
from reader.ui.actions.mpr_actions import MPR_ACTIONS
from reader.ui.actions.overview_actions import OVERVIEW_ACTIONS
from reader.ui.actions.path_actions import PATH_ACTIONS
from reader.ui.actions.series_actions import SERIES_ACTIONS
from reader.ui.actions.study_actions import STUDY_ACTIONS
from reader.ui.actions.tool_actions import TOOL_ACTIONS
from reader.ui.actions.transform_actions import TRANSFORM_ACTIONS
from reader.ui.actions.trust_actions import TRUST_ACTIONS
from reader.ui.actions.viewing_actions import VIEWING_ACTIONS

ALL_ACTIONS: Final = (
    *DECISION_ACTIONS,
    *MODEL_ACTIONS,
    *TRUST_ACTIONS,
    *VIEWING_ACTIONS,
    *TRANSFORM_ACTIONS,
    *MPR_ACTIONS,
    *HANGING_ACTIONS,
    *SERIES_ACTIONS,
    *BROWSING_ACTIONS,
    *OVERVIEW_ACTIONS,
    *PATH_ACTIONS,
    *TOOL_ACTIONS,
    *MEASURE_ACTIONS,
    *COMPARE_ACTIONS,
    *FUSION_ACTIONS,
    *STUDY_ACTIONS,
    *APPLICATION_ACTIONS,
)

SPECS: Final[Mapping[ActionId, ActionSpec]] = MappingProxyType({s.id: s for s in ALL_ACTIONS})
