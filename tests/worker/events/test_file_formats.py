"""Files of other formats are recognised by their first bytes, and said in one sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import threading
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.event_builders import CLAIM, COVERAGE, encoded, event_of
from worker.cli import adjudicator
from worker.events.file_formats import NotEventLines
from worker.events.files import event_lines

EVENTS = [event_of(CLAIM), event_of(COVERAGE)]
LINES = b"".join(encoded(event) + b"\n" for event in EVENTS)
X12 = b"ISA*00*          *00*          *ZZ*A*ZZ*B*250620*1403*^*00501*000000001*0*P*:~GS*HC~\n"
RESOURCE = {"resourceType": "Claim", "id": "1"}
BUNDLE = {"resourceType": "Bundle", "entry": [{"resource": RESOURCE}]}


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("events.jsonl", LINES)
    return packed.getvalue()


FORMATS = {
    "gzip": (gzip.compress(LINES), "gzip", "gunzip -c"),
    "zip": (zipped(), "a zip archive or a spreadsheet", "Unpack it"),
    "bzip2": (bz2.compress(LINES), "bzip2", "bunzip2 -c"),
    "xz": (lzma.compress(LINES), "xz", "xz -dc"),
    "utf_16": (LINES.decode().encode("utf-16"), "UTF-16", "iconv -f UTF-16 -t UTF-8"),
    "utf_16_unmarked": (LINES.decode().encode("utf-16-le"), "UTF-16", "iconv -f UTF-16LE"),
    "array": (json.dumps(EVENTS).encode(), "a JSON array", "jq -c '.[]'"),
    "array_on_lines": (b"[\n" + LINES.replace(b"}\n{", b"},\n{") + b"]\n", "a JSON array", "jq -c"),
    "array_pretty": (json.dumps(EVENTS, indent=2).encode(), "a JSON array", "jq -c '.[]'"),
    "pretty": (json.dumps(EVENTS[0], indent=2).encode(), "JSON over several lines", "jq -c ."),
    "pretty_marked": (
        b"\xef\xbb\xbf" + json.dumps(EVENTS[0], indent=4).encode(), "JSON over several lines",
        "jq -c .",
    ),
    "csv": (b"claim_id,member_id\r\nC-1,M-1\r\n", "CSV", "Turn each row"),
    "csv_of_a_spreadsheet": (b"claim_id;member_id\nC-1;M-1\n", "CSV", "Turn each row"),
    "x12": (X12, "X12", "Turn each item"),
    "edifact": (b"UNA:+.? '\nUNB+UNOC:3", "EDIFACT", "Turn each item"),
    "hl7": (b"MSH|^~\\&|A|B\rPID|1\r", "HL7 version 2", "Turn each item"),
    "fhir": (json.dumps(BUNDLE, indent=2).encode(), "FHIR", "Turn each item"),
    "fhir_on_lines": (json.dumps(RESOURCE).encode() + b"\n", "FHIR", "Turn each item"),
    "xml": (b"<?xml version='1.0'?>\n<Bundle/>\n", "XML", "Turn each item"),
    "parquet": (b"PAR1\x15\x04", "Parquet", "Write its rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_another_format_is_one_sentence_with_what_to_do(name, tmp_path):
    content, kind, to_do = FORMATS[name]
    file = tmp_path / "events"
    file.write_bytes(content)

    with pytest.raises(NotEventLines) as refused:
        list(event_lines([str(file)]))

    assert str(refused.value).startswith(f"{file} is {kind}, not one JSON event a line. ")
    assert to_do in str(refused.value)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(b"", 0, id="nothing"),
        pytest.param(LINES, 2, id="events"),
        pytest.param(b"\xef\xbb\xbf\r\n" + LINES.replace(b"\n", b"\r\n"), 2, id="of_windows"),
        pytest.param(b"{\n" + LINES, 3, id="a_torn_line_first"),
        pytest.param(b"[]\n" + LINES, 3, id="an_array_first"),
        pytest.param(b"a,b\nc,d\n" + LINES, 4, id="rows_of_a_table_first"),
        pytest.param(b"no event\n", 1, id="words"),
        pytest.param(b"one, two\nthree\n", 2, id="words_with_a_comma"),
        pytest.param(b'{"data": "' + b"x" * 100_000 + b'"}\n', 1, id="a_long_line"),
    ],
)  # fmt: skip
def test_lines_that_are_no_events_are_left_to_be_refused_one_by_one(content, rows, tmp_path):
    file = tmp_path / "events"
    file.write_bytes(content)

    assert rows == len(list(event_lines([str(file)])))


@pytest.fixture
def pipe(tmp_path) -> Path:
    """Where a file is expected, and what is read can be read once."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("name", ["gzip", "pretty", "csv"])
def test_a_pipe_is_recognised_as_well(name, pipe):
    writer = threading.Thread(target=pipe.write_bytes, args=[FORMATS[name][0]])
    writer.start()

    with pytest.raises(NotEventLines):
        list(event_lines([str(pipe)]))
    writer.join()


def test_nothing_of_a_pipe_is_lost_by_looking_at_it(pipe):
    content = b"".join(LINES.replace(b"\n", b" " * 1000 + b"\n") for _ in range(100))
    writer = threading.Thread(target=pipe.write_bytes, args=[content])
    writer.start()

    read = [line.raw for line in event_lines([str(pipe)])]
    writer.join()

    assert content.splitlines() == read


def test_a_second_file_is_recognised_before_the_first_is_used(tmp_path):
    good, packed = tmp_path / "good", tmp_path / "packed"
    good.write_bytes(LINES)
    packed.write_bytes(FORMATS["gzip"][0])

    result = CliRunner().invoke(adjudicator, ["decide", str(good), str(packed)])

    assert (2, "") == (result.exit_code, result.stdout)
    assert (
        f"Error: {packed} is gzip, not one JSON event a line. Unpack it: gunzip -c {packed}\n"
        == (result.stderr)
    )


@pytest.mark.parametrize(
    "words",
    [["decide", "-"], ["submit", "-"], ["whatif", "-", "--sweep", "exclusivity_window_days=90"]],
    ids=lambda words: words[0],
)
def test_standard_input_is_recognised_by_every_command_that_reads_events(
    words, redis_url, redis_client, monkeypatch
):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)

    result = CliRunner().invoke(adjudicator, words, input=FORMATS["array_pretty"][0])

    assert 2 == result.exit_code
    assert (
        "Error: The input is a JSON array, not one JSON event a line. Write one item on each line: "
        "jq -c '.[]' FILE\n"
    ) == result.stderr
    assert not redis_client.exists("mrs:events")


def test_lines_that_are_sent_as_they_are_may_be_anything(redis_url, redis_client, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)

    result = CliRunner().invoke(adjudicator, ["submit", "-", "--raw"], input=FORMATS["csv"][0])

    assert 0 == result.exit_code
    assert 2 == redis_client.xlen("mrs:events")
