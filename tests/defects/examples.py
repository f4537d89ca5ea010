"""All defects in the example policies, and in the code that they lean on."""

from __future__ import annotations

from tests.defects.brain_pet_code import BRAIN_PET_CODE
from tests.defects.example_brain_pet import BRAIN_PET_DATA
from tests.defects.example_count import COUNT_CODE, COUNT_DATA
from tests.defects.example_heart_exercise import HEART_EXERCISE_DATA
from tests.defects.example_never import NEVER_CODE, NEVER_DATA
from tests.defects.example_prior_study import PRIOR_STUDY_CODE, PRIOR_STUDY_DATA
from tests.defects.heart_exercise_code import HEART_EXERCISE_CODE

OF_EXAMPLES_DATA = (
    *NEVER_DATA,
    *PRIOR_STUDY_DATA,
    *COUNT_DATA,
    *BRAIN_PET_DATA,
    *HEART_EXERCISE_DATA,
)
OF_EXAMPLES_CODE = (
    *NEVER_CODE,
    *PRIOR_STUDY_CODE,
    *COUNT_CODE,
    *BRAIN_PET_CODE,
    *HEART_EXERCISE_CODE,
)
