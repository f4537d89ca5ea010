"""All defects in the example policies, and in the code that they lean on."""

from __future__ import annotations

from tests.defects.example_never import NEVER_CODE, NEVER_DATA
from tests.defects.example_prior_study import PRIOR_STUDY_CODE, PRIOR_STUDY_DATA

OF_EXAMPLES_DATA = (*NEVER_DATA, *PRIOR_STUDY_DATA)
OF_EXAMPLES_CODE = (*NEVER_CODE, *PRIOR_STUDY_CODE)
