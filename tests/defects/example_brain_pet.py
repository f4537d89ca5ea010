"""Defects in the example of PET of the brain."""

from __future__ import annotations

from tests.defects.defect import Defect

_FOLDER = "policies/example-brain-pet/2025-03-01/"
_POLICY = "policies/example-brain-pet/2025-03-01/policy.toml"
_SETS = "policies/example-brain-pet/2025-03-01/code_sets/"

BRAIN_PET_DATA = (
    Defect(
        "brain PET: the MRI may be a day less old",
        _POLICY,
        "value = 180\n",
        "value = 179\n",
        "an example",
        "example-brain-pet: an MRI of 180 days before is near enough",
    ),
    Defect(
        "brain PET: the MRI may be a day older",
        _POLICY,
        "value = 180\n",
        "value = 181\n",
        "an example",
        "example-brain-pet: one of 181 days is too old",
    ),
    Defect(
        "brain PET: a claim for the MRI is waited for a day less",
        _POLICY,
        'value = 30\nsection = "2"',
        'value = 29\nsection = "2"',
        "an example",
        "example-brain-pet: a claim for an MRI may still come for 30 days",
    ),
    Defect(
        "brain PET: an MRI that is too old holds the line a day longer",
        _POLICY,
        'value = 365\nsection = "2"',
        'value = 366\nsection = "2"',
        "an example",
        "example-brain-pet: one of 366 days is as none",
    ),
    Defect(
        "brain PET: an MRI for something else speaks against it",
        _POLICY,
        'value = true\nsection = "2"\nquestion = "Must a conclusive MRI be about the '
        "line's own purposes?\"\nother_answers = [false]",
        'value = false\nsection = "2"\nquestion = "Must a conclusive MRI be about the '
        "line's own purposes?\"\nother_answers = [true]",
        "an example",
        "example-brain-pet: one that settled something else does not",
    ),
    Defect(
        "brain PET: the score may be a point higher",
        _POLICY,
        'value = "26"',
        'value = "27"',
        "an example",
        "example-brain-pet: one of 26.5 is not",
    ),
    Defect(
        "brain PET: the score in another unit",
        _POLICY,
        'unit = "points"',
        'unit = "score"',
        "an example",
        "example-brain-pet: a score of 26 points is low enough",
    ),
    Defect(
        "brain PET: an older score is enough",
        _POLICY,
        'value = 365\nsection = "1.5"',
        'value = 366\nsection = "1.5"',
        "an example",
        "example-brain-pet: one of 366 days is not",
    ),
    Defect(
        "brain PET: a year older to be old enough",
        _POLICY,
        "value = 50\n",
        "value = 51\n",
        "an example",
        "example-brain-pet: who is 50 on the day is old enough",
    ),
    Defect(
        "brain PET: a year younger is old enough",
        _POLICY,
        "value = 50\n",
        "value = 49\n",
        "an example",
        "example-brain-pet: who is 50 on the day after is not",
    ),
    Defect(
        "brain PET: one medicine is enough",
        _POLICY,
        'value = 2\nsection = "1.4"',
        'value = 1\nsection = "1.4"',
        "an example",
        "example-brain-pet: one is not",
    ),
    Defect(
        "brain PET: a medicine forgotten",
        "policies/example-brain-pet/2025-03-01/code_sets/seizure_medicines.csv",
        "N03AF01,",
        "N03AF02,",
        "an example",
        "example-brain-pet: three, of which nobody knows what came of one, are",
    ),
    Defect(
        "brain PET: a second PET in a life is covered",
        _POLICY,
        'value = 1\nsection = "1.5"',
        'value = 2\nsection = "1.5"',
        "an example",
        "example-brain-pet: a PET of the brain however long ago is the one",
    ),
    Defect(
        "brain PET: the one of a life is one of an episode",
        _POLICY,
        'value = "lifetime"\nsection = "1.5"\nquestion = "In which span are they counted?"\n'
        'other_answers = ["rolling", "episode"]',
        'value = "episode"\nsection = "1.5"\nquestion = "In which span are they counted?"\n'
        'other_answers = ["rolling", "lifetime"]',
        "an example",
        "example-brain-pet: an operation gives nobody a second one",
    ),
    Defect(
        "brain PET: the window a day short",
        _POLICY,
        "value = 60\n",
        "value = 59\n",
        "an example",
        "example-brain-pet: a spectroscopy of 60 days before for the same tumour takes "
        "the PET's place",
    ),
    Defect(
        "brain PET: the window a day long",
        _POLICY,
        "value = 60\n",
        "value = 61\n",
        "an example",
        "example-brain-pet: one of 61 days before does not",
    ),
    Defect(
        "brain PET: the purposes for which both can stand widened",
        _POLICY,
        'value = ["recurrence", "grade"]\n',
        'value = ["recurrence", "grade", "biopsy"]\n',
        "an example",
        "example-brain-pet: nor does one for the sample of a lesion",
    ),
    Defect(
        "brain PET: the purposes for which both can stand narrowed",
        _POLICY,
        'value = ["recurrence", "grade"]\n',
        'value = ["grade"]\n',
        "an example",
        "example-brain-pet: one for a tumour that came again takes the PET's place too",
    ),
    Defect(
        "brain PET: a spectroscopy that is not paid yet stands",
        _POLICY,
        'value = ["performed", "allowed", "paid"]\n',
        'value = ["performed", "allowed", "paid", "pending"]\n',
        "an example",
        "example-brain-pet: one that is not paid yet may stand",
    ),
    Defect(
        "brain PET: a spectroscopy without an answer stands",
        _POLICY,
        'value = "ignore"\nsection = "4"\nquestion = "Does a first study without an answer '
        'rule out the second?"\nother_answers = ["pend", "stands"]',
        'value = "stands"\nsection = "4"\nquestion = "Does a first study without an answer '
        'rule out the second?"\nother_answers = ["pend", "ignore"]',
        "an example",
        "example-brain-pet: one that left the question open does not",
    ),
    Defect(
        "brain PET: a spectroscopy after a PET is denied",
        _POLICY,
        'value = "pend"\nsection = "4"\nquestion = "What of a spectroscopy after a PET?"\n'
        'other_answers = ["deny", "ignore"]',
        'value = "deny"\nsection = "4"\nquestion = "What of a spectroscopy after a PET?"\n'
        'other_answers = ["pend", "ignore"]',
        "an example",
        "example-brain-pet: a spectroscopy after the PET waits for a person, and one "
        "alone is none of ours",
    ),
    Defect(
        "brain PET: an authorized PET is denied without a person",
        _POLICY,
        'value = "pend"\nsection = "4"\nquestion = "What of a service that was '
        'authorized?"\nother_answers = ["deny"]',
        'value = "deny"\nsection = "4"\nquestion = "What of a service that was '
        'authorized?"\nother_answers = ["pend"]',
        "an example",
        "example-brain-pet: a PET that was authorized is not taken back without a person",
    ),
    Defect(
        "brain PET: the reasons of two roles exchanged",
        _POLICY,
        'stands = "SPECTROSCOPY_STANDS", stands_same_day = "SPECTROSCOPY_SAME_DAY"',
        'stands = "SPECTROSCOPY_SAME_DAY", stands_same_day = "SPECTROSCOPY_STANDS"',
        "an example",
        "example-brain-pet: one of the same day that is paid came first",
    ),
    Defect(
        "brain PET: a score asked of every purpose",
        _POLICY,
        'kind = "measured"\nonly_purposes = ["dementia"]\n',
        'kind = "measured"\n',
        "an example",
        "example-brain-pet: who has a tumour beside the dementia is asked for no score",
    ),
    Defect(
        "brain PET: an age asked of seizures too",
        _POLICY,
        'kind = "age"\nonly_purposes = ["dementia"]\n',
        'kind = "age"\nonly_purposes = ["dementia", "seizures"]\n',
        "an example",
        "example-brain-pet: two medicines that did not stop the seizures are enough",
    ),
    Defect(
        "brain PET: exclusivity asked of PET alone",
        _POLICY,
        'kind = "exclusivity"\nservices = ["brain_pet", "spectroscopy"]\n',
        'kind = "exclusivity"\n',
        "an example",
        "example-brain-pet: a spectroscopy after the PET waits for a person, and one "
        "alone is none of ours",
    ),
    Defect(
        "brain PET: an operation forgotten",
        "policies/example-brain-pet/2025-03-01/code_sets/episode_reset.csv",
        "61510,surgery,,,tumour removed,our choice for the example\n",
        "",
        "an example",
        "example-brain-pet: nor does one of before an operation",
    ),
    Defect(
        "brain PET: what suggests dementia taken for documenting it",
        "policies/example-brain-pet/2025-03-01/code_sets/indications.csv",
        "R41.3,dementia,suggested",
        "R41.3,dementia,documented",
        "an example",
        "example-brain-pet: loss of memory only suggests dementia",
    ),
    Defect(
        "brain PET: a CT taken for an MRI",
        "policies/example-brain-pet/2025-03-01/code_sets/conventional_imaging.csv",
        "70552,",
        "70450,",
        "an example",
        "example-brain-pet: a CT is no MRI",
    ),
    Defect(
        "brain PET: the plan of two policies decides by one",
        "plans/example-two-policies.toml",
        'policies = ["6.01.03", "example-brain-pet"]',
        'policies = ["example-brain-pet"]',
        "an example",
        "example-brain-pet: a plan of two policies: the PET by this one, the "
        "spectroscopy after it by its own",
    ),
)
