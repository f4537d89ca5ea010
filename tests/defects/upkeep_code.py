"""Defects in what operators rely on: what is unread, cut off, or waits for somebody."""

from __future__ import annotations

from tests.defects.defect import Defect

UPKEEP = (
    Defect(
        "Parquet rows that are not written before the end of the file",
        "worker/archive/parquet.py",
        '        """Writes what is left, and the end of the file."""\n        self._write()\n',
        '        """Writes what is left, and the end of the file."""\n',
        "a test",
        "tests/worker/archive/test_parquet.py"
        "::test_it_is_read_back_with_every_byte_and_explained_and_audited_like_the_other_form",
    ),
    Defect(
        "a determination in the folder of another month",
        "worker/archive/transfer.py",
        "            or new.month != self._month_of(told)\n",
        "",
        "a test",
        "tests/worker/archive/test_parquet.py"
        "::test_a_new_month_begins_a_new_file_in_a_folder_of_its_own",
    ),
    Defect(
        "unread determinations estimated after an archive",
        "worker/metrics/consumer_lag.py",
        "        lag = _added_less_read(group, facts)\n",
        "        lag = None\n",
        "a test",
        "tests/worker/metrics/test_consumer_lag.py"
        "::test_an_archive_leaves_more_behind_than_is_counted",
    ),
    Defect(
        "an answer that is cut off never asked for in part",
        "worker/store/reply_size.py",
        "                if size <= LEAST_BYTES:\n                    raise\n",
        "                if size:\n                    raise\n",
        "a test",
        "tests/worker/store/test_reply_size.py"
        "::test_less_is_asked_for_by_halves_until_it_fits_and_then_at_once",
    ),
    Defect(
        "a claim id that came twice waits for nobody",
        "rules/member/effect.py",
        "    if not isinstance(event.fact, Claim | Review):\n        return frozenset()\n"
        "    return contested_claims(record, library.plans)\n",
        "    return frozenset()\n",
        "a test",
        "tests/worker/intake/test_lane_handler.py"
        "::test_a_claim_id_with_another_content_waits_until_it_is_replaced",
    ),
    Defect(
        "the keys of a live replay stay",
        "worker/sandbox/guest.py",
        "        finally:\n            _clear(redis, prefix)\n            _clear(broker, prefix)\n",
        "        finally:\n            pass\n",
        "a test",
        "tests/integration/test_replay.py"
        "::test_on_a_live_redis_nothing_of_a_replay_is_seen_and_nothing_of_it_stays",
    ),
    Defect(
        "the error of a pipeline repeats its command",
        "worker/config/discreet_redis.py",
        "    def annotate_exception(self",
        "    def annotate_exceptions(self",
        "a test",
        "tests/security/test_discreet_errors.py"
        "::test_a_full_redis_says_so_and_not_what_it_was_sent",
    ),
    Defect(
        "what is discarded is not saved",
        "worker/commands/dead_letter_discard.py",
        "            _save(store, named, save or _new_file())\n",
        "            pass\n",
        "a test",
        "tests/worker/commands/dead_letters/test_dead_letters_moved.py"
        "::test_what_is_discarded_is_shown_first_and_saved_in_full",
    ),
    Defect(
        "waiting for the queue ends at the door",
        "worker/operations/backlog.py",
        "        self._wait_for(self._ends(self._lanes), look, seconds_without_progress)\n",
        "",
        "a test",
        "tests/worker/commands/test_queue_command.py"
        "::test_waiting_goes_on_while_an_event_stands_in_its_lane",
    ),
)
