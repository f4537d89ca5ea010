"""A type of event can be added as ARCHITECTURE.md says, and each forgotten step is noticed."""

from __future__ import annotations

from tests.support.recipes import TYPES, Step, carry_out, steps_on_the_page

FACT = '''class Allergy(NamedTuple):
    """What the member must not be given."""

    allergy_id: str
    noted_on: date


'''
FIRST_DAY = """        case Allergy():
            days = (a.noted_on for _, a in record.allergies if a.allergy_id == fact.allergy_id)
"""
READER = '''

def read_allergy(data: Fields, _: object) -> Allergy:
    """An allergy."""
    return Allergy(allergy_id=data.identifier("allergy_id"), noted_on=data.day("noted_on"))
'''
PLAIN = '''

class PlainAllergy(PlainData, frozen=True):
    """`allergy.noted.v1`."""

    allergy_id: PlainIdentifier
    noted_on: date

    def fact(self, time: datetime) -> Allergy:
        """The allergy."""
        not_blank(self.allergy_id)
        return Allergy(self.allergy_id, plain_day(self.noted_on))
'''
WORDS = """        case Allergy():
            return f"allergy noted {_when(fact.noted_on, on)}"
"""
TIME = """    if isinstance(fact, Allergy):
        return _at(fact.noted_on, 12)
"""
EXAMPLE = """    "allergy.noted.v1": {
        "member_id": "M-1",
        "allergy_id": "AL-1",
        "noted_on": "2025-06-02",
    },
"""
PROMISE = "| `allergy.noted.v1` | `allergy_id`, `member_id`, `noted_on` |\n"
OF_THE_DAY = (
    '{"specversion": "1.0", "id": "al-1", "source": "/clinic", "type": "allergy.noted.v1", '
    '"time": "2025-06-20T21:00:00Z", '
    '"data": {"member_id": "M-001", "allergy_id": "AL-1", "noted_on": "2025-06-02"}}\n'
)


def import_the_fact(copy, path):
    copy.insert(path, r"^from rules\.facts import \(\n", "    Allergy,\n")


def state_the_fact(copy):
    copy.insert("rules/facts.py", r"^(?=Fact = )", FACT)
    copy.insert("rules/facts.py", r"^Fact = .*$", " | Allergy")


def keep_it_in_the_record(copy):
    path = "rules/history/record.py"
    import_the_fact(copy, path)
    field = "    allergies: tuple[tuple[Origin, Allergy], ...] = ()\n"
    copy.insert(path, r"^(?=\n    @property\n    def version\b)", field)
    first = "            _until(version, self.allergies),\n"
    copy.insert(path, r"^            _until\(version, self\.reviews\),\n(?: +_until.*\n)*", first)
    copy.insert(path, r"^_FIELD_OF: .*\n", '    Allergy: "allergies",\n')


def say_from_which_day_on(copy):
    path = "rules/member/invalidation.py"
    import_the_fact(copy, path)
    copy.insert(path, r"^(?=        case Coverage\(\):)", FIRST_DAY)


def say_when_it_could_be_told(copy):
    import_the_fact(copy, "rules/proof/situation.py")
    copy.insert("rules/proof/situation.py", r"^(?=    if isinstance\(fact, Coverage\):\n)", TIME)


def read_it(copy):
    path = "worker/events/facts.py"
    import_the_fact(copy, path)
    copy.write(path, copy.read(path) + READER)


def read_it_at_once(copy):
    path = "worker/events/plain_data.py"
    import_the_fact(copy, path)
    copy.write(path, copy.read(path) + PLAIN)


def put_it_into_the_table(copy):
    path = "worker/events/types.py"
    import_the_fact(copy, path)
    copy.insert(path, r"^from worker\.events\.facts import \(\n", "    read_allergy,\n")
    copy.insert(path, r"^from worker\.events\.plain_data import \(\n", "    PlainAllergy,\n")
    row = '    EventType("allergy.noted.v1", Allergy, read_allergy, PlainAllergy),\n'
    copy.insert(path, r"^TABLE: Final = \(\n(?:    EventType.*\n)+", row)


def say_it_in_words(copy):
    path = "worker/library_views/situation_words.py"
    import_the_fact(copy, path)
    copy.insert(path, r"^    match fact:\n", WORDS)


def give_an_example(copy):
    copy.insert("tests/support/event_builders.py", r"^_DATA: .*\n", EXAMPLE)


def promise_it(copy):
    copy.insert("docs/contract.md", r"^\| `member\.recorded\.v1` .*\n", PROMISE)


def write_its_schema(copy):
    assert 0 == copy.run("-m", "docs.generate").returncode


def let_it_occur_on_the_sample_day(copy):
    path = "worker/samples/day.jsonl"
    copy.write(path, copy.read(path) + OF_THE_DAY)


def test_a_type_of_event_is_added_as_told_and_each_forgotten_step_is_noticed(copy):
    drift = "tests/drift/test_event_types.py"
    day = "tests/scenarios/test_day.py::test_every_type_of_event_occurs"
    written = "tests/docs/test_generated_pages.py::test_a_generated_file_is_what_make_docs_writes"
    schema = f"{written}[worker/contract/schemas/allergy.noted.v1.json]"
    steps = [
        Step("rules/facts.py", state_the_fact, [drift]),
        Step("rules/history/record.py", keep_it_in_the_record, [drift]),
        Step("rules/member/invalidation.py", say_from_which_day_on, [drift]),
        Step("rules/proof/situation.py", say_when_it_could_be_told, [TYPES]),
        Step("worker/events/facts.py", read_it, [drift]),
        Step("worker/events/plain_data.py", read_it_at_once, [drift]),
        Step("worker/events/types.py", put_it_into_the_table, [drift]),
        Step("worker/library_views/situation_words.py", say_it_in_words, [TYPES]),
        Step("tests/support/event_builders.py", give_an_example, [drift]),
        Step("docs/contract.md", promise_it, [drift]),
        Step("worker/contract/schemas/<type>.json", write_its_schema, [schema]),
        Step("worker/samples/day.jsonl", let_it_occur_on_the_sample_day, [day]),
    ]

    assert [step.path for step in steps] == steps_on_the_page("A type of event")
    assert [] == carry_out(copy, steps)
