"""Defects in the example of a study before and a count, and in the code that it leans on."""

from __future__ import annotations

from tests.defects.defect import Defect

_FOLDER = "policies/example-prior-study/2025-03-01/"
_POLICY = "policies/example-prior-study/2025-03-01/policy.toml"
_REASONS = "policies/example-prior-study/2025-03-01/reasons.csv"
_SETS = "policies/example-prior-study/2025-03-01/code_sets/"

PRIOR_STUDY_DATA = (
    Defect(
        "prior study: the MRI may be a day less old",
        _POLICY,
        'value = 90\nsection = "2"\nquestion = "How old may the MRI',
        'value = 89\nsection = "2"\nquestion = "How old may the MRI',
        "an example",
        "example-prior-study: an MRI of 90 days before is near enough",
    ),
    Defect(
        "prior study: the MRI may be a day older",
        _POLICY,
        'value = 90\nsection = "2"\nquestion = "How old may the MRI',
        'value = 91\nsection = "2"\nquestion = "How old may the MRI',
        "an example",
        "example-prior-study: one of 91 days is as none",
    ),
    Defect(
        "prior study: an MRI that is too old holds the line",
        _POLICY,
        'value = 90\nsection = "2"\nquestion = "How far back',
        'value = 91\nsection = "2"\nquestion = "How far back',
        "an example",
        "example-prior-study: one of 91 days is as none",
    ),
    Defect(
        "prior study: a claim for the MRI may still come for a day",
        _POLICY,
        "value = 0\n",
        "value = 1\n",
        "an example",
        "example-prior-study: no claim for a study is waited for",
    ),
    Defect(
        "prior study: six months are a day short",
        _POLICY,
        "value = 182\n",
        "value = 181\n",
        "an example",
        "example-prior-study: a spectroscopy of 181 days before is within the six months",
    ),
    Defect(
        "prior study: six months are a day long",
        _POLICY,
        "value = 182\n",
        "value = 183\n",
        "an example",
        "example-prior-study: one of 182 days is not",
    ),
    Defect(
        "prior study: counted in a lifetime",
        _POLICY,
        'value = "rolling"\nsection = "3"\nquestion = "In which span are they counted?"\n'
        'other_answers = ["lifetime", ',
        'value = "lifetime"\nsection = "3"\nquestion = "In which span are they counted?"\n'
        'other_answers = ["rolling", ',
        "an example",
        "example-prior-study: one of 182 days is not",
    ),
    Defect(
        "prior study: one more is covered",
        _POLICY,
        'value = 1\nsection = "3"',
        'value = 2\nsection = "3"',
        "an example",
        "example-prior-study: whoever was told pays for one too many",
    ),
    Defect(
        "prior study: one too many is held",
        _POLICY,
        'value = "deny"\nsection = "3"\nquestion = "What of one more?"\nother_answers = ["pend"]',
        'value = "pend"\nsection = "3"\nquestion = "What of one more?"\nother_answers = ["deny"]',
        "an example",
        "example-prior-study: whoever was told pays for one too many",
    ),
    Defect(
        "prior study: the count asked in another state alone",
        _POLICY,
        'kind = "count"\n',
        'kind = "count"\nonly_states = ["NY"]\n',
        "an example",
        "example-prior-study: whoever was told pays for one too many",
    ),
    Defect(
        "prior study: the reasons of two roles exchanged",
        _POLICY,
        'conclusive = "LESION_CHARACTERISED", absent = "LESION_IMAGING_ABSENT"',
        'conclusive = "LESION_IMAGING_ABSENT", absent = "LESION_CHARACTERISED"',
        "an example",
        "example-prior-study: a study that settled it speaks against the line",
    ),
    Defect(
        "prior study: the attestation of another policy asked for",
        _POLICY,
        'attestation = "lesion_not_characterised"',
        'attestation = "conventional_imaging_limited"',
        "an example",
        "example-prior-study: an attestation is enough",
    ),
    Defect(
        "prior study: what is off the list accepted",
        _POLICY,
        'value = "pend"\nsection = "5"\nquestion = "What of a diagnosis that documents a '
        'purpose off the list?"\nother_answers = ["accept"]',
        'value = "accept"\nsection = "5"\nquestion = "What of a diagnosis that documents a '
        'purpose off the list?"\nother_answers = ["pend"]',
        "an example",
        "example-prior-study: an abscess is off the list and waits",
    ),
    Defect(
        "prior study: an abscess put on the list",
        "policies/example-prior-study/2025-03-01/code_sets/indications.csv",
        "G06.0,characterise,documented",
        "G06.0,characterise,listed",
        "the loader",
        _POLICY,
    ),
    Defect(
        "prior study: the head CT forgotten",
        "policies/example-prior-study/2025-03-01/code_sets/conventional_imaging.csv",
        "70450,no,",
        "70460,no,",
        "an example",
        "example-prior-study: so does a head CT",
    ),
    Defect(
        "prior study: a code off the purposes no longer classed",
        "policies/example-prior-study/2025-03-01/code_sets/unrelated.csv",
        "C61,,tumour of another organ\n",
        "",
        "an example",
        "example-prior-study: a tumour of another organ is investigational",
    ),
    Defect(
        "prior study: the member pays, told or not",
        _REASONS,
        "one was done in the six months before,notice:PR",
        "one was done in the six months before,PR",
        "an example",
        "example-prior-study: a spectroscopy of 181 days before is within the six months",
    ),
    Defect(
        "prior study: nobody asks whether the member was told",
        _REASONS,
        "no MRI or CT before it,notice:PR",
        "no MRI or CT before it,CO",
        "an example",
        "example-prior-study: who was told beforehand pays for it",
    ),
)

PRIOR_STUDY_CODE = (
    Defect(
        "prior study: a rolling span has a day more than it says",
        "rules/criteria/count.py",
        "days_before(on, terms.span_days - 1)",
        "days_before(on, terms.span_days)",
        "an example",
        "example-prior-study: one of 182 days is not",
    ),
    Defect(
        "prior study: the line's own service counts against it",
        "rules/criteria/earlier_services.py",
        "        if (service.procedure, service.on) != line.key:\n",
        "        if service.on <= line.on:\n",
        "an example",
        "example-prior-study: a tumour after an MRI that settled nothing",
    ),
    Defect(
        "prior study: what is not paid yet does not count",
        "rules/criteria/earlier_services.py",
        "isdisjoint(_SURE | _PERHAPS)",
        "isdisjoint(_SURE)",
        "an example",
        "example-prior-study: of one that is not paid yet nobody knows",
    ),
    Defect(
        "prior study: what was denied counts",
        "rules/criteria/earlier_services.py",
        '_SURE: Final = frozenset(("performed", ',
        '_SURE: Final = frozenset(("performed", "denied", ',
        "an example",
        "example-prior-study: one that was denied does not count",
    ),
    Defect(
        "prior study: nobody was told beforehand",
        "rules/outcome/remittance_codes.py",
        'return "PR" if told else',
        'return "PR" if not told else',
        "an example",
        "example-prior-study: who was told beforehand pays for it",
    ),
    Defect(
        "prior study: any attestation is taken for the policy's own",
        "rules/criteria/attestations.py",
        "        if attestation.kind == kind\n",
        "        if attestation.kind\n",
        "an example",
        "example-prior-study: one of the other policy is not",
    ),
    Defect(
        "prior study: a conclusive study must answer where the policy does not ask it",
        "rules/criteria/conventional_imaging.py",
        "    if not terms.must_answer:\n",
        "    if terms.must_answer:\n",
        "an example",
        "example-prior-study: a study that settled it speaks against the line",
    ),
    Defect(
        "prior study: an authorization lifts no count",
        "rules/criteria/count.py",
        "    if asked.authorizations:\n",
        "    if asked.authorizations and False:\n",
        "an example",
        "example-prior-study: one that was authorized is asked none of it",
    ),
    Defect(
        "prior study: what was broken off is no study and not named",
        "rules/criteria/conventional_imaging.py",
        "    if broken_off:\n",
        "    if broken_off and False:\n",
        "an example",
        "example-prior-study: a study that was broken off is named",
    ),
)
