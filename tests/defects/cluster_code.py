"""Defects in what follows the slots of a cluster, and in what adds up its shards."""

from __future__ import annotations

from tests.defects.defect import Defect

CLIENT = "tests/worker/config/test_cluster.py"
AWAY = "tests/worker/commands/sharded/test_shards_away.py"

_FORGET = (
    "        self._asked = {node: each for node, each in self._asked.items() if each not in done}\n"
)
_READ = "        found = [place for each in done for place in each.result()]\n"

CLUSTER = (
    Defect(
        "a slot that has moved is not followed",
        "worker/config/cluster.py",
        "                self._nodes.follow(moved)\n",
        "                raise\n",
        "a test",
        f"{CLIENT}::test_a_slot_that_has_moved_is_followed",
    ),
    Defect(
        "a node to which a slot is on its way is asked without a word of that",
        "worker/config/cluster.py",
        'execute_command("ASKING")',
        'execute_command("PING")',
        "a test",
        f"{CLIENT}::test_a_key_that_has_gone_ahead_of_its_slot_is_found",
    ),
    Defect(
        "the slot of something else than the hash tag",
        "worker/config/cluster.py",
        "        self._slot = key_slot(prefix.encode())\n",
        "        self._slot = key_slot(prefix.replace('{', '').encode())\n",
        "a test",
        f"{CLIENT}::test_a_slot_that_has_moved_is_followed",
    ),
    Defect(
        "a pipeline of which only the rest is sent again",
        "worker/config/cluster.py",
        "            self.command_stack = list(commands)\n",
        "            self.command_stack = self.command_stack or list(commands)[1:]\n",
        "a test",
        f"{CLIENT}::test_a_pipeline_is_sent_again_whole_where_the_slot_is_now",
    ),
    Defect(
        "the shard of a member by the bits that choose its lane",
        "worker/config/shards.py",
        "    return (crc32(member_id.encode()) >> 16) % shards\n",
        "    return crc32(member_id.encode()) % shards\n",
        "a test",
        "tests/docs/test_shard_function.py::test_a_member_stays_where_it_is",
    ),
    Defect(
        "a commit that waits for no replica",
        "worker/store/scripts.py",
        "        if not self._replicas:\n            self.run",
        "        if True:\n            self.run",
        "a test",
        "tests/worker/store/test_shard_numbers.py"
        "::test_a_commit_that_no_replica_has_stands_and_is_told",
    ),
    Defect(
        "a shard left out of the sums",
        "worker/metrics/shard_surveys.py",
        "        return summed([each.survey for each in self.shards])\n",
        "        return summed([each.survey for each in self.shards[1:]])\n",
        "a test",
        f"{AWAY}::test_a_scrape_has_the_sums_of_what_answers_and_counts_what_does_not",
    ),
    Defect(
        "shards of a node that hangs take the threads of the others",
        "worker/metrics/shard_surveys.py",
        "ThreadPoolExecutor(len(surveys))",
        "ThreadPoolExecutor(min(len(surveys), 16))",
        "a test",
        f"{AWAY}::test_a_scrape_counts_the_shards_of_a_node_that_hangs_and_no_other",
    ),
    Defect(
        "a shard that is away said of no command",
        "worker/commands/shard_answers.py",
        "    if failure := shards.failure():\n        raise failure\n",
        "",
        "a test",
        f"{AWAY}::test_a_command_shows_what_answers_and_says_what_does_not",
    ),
    Defect(
        "a letter for a member of whom only one shard was asked",
        "console/commands/letter.py",
        "        if member is None and (failure := shards.failure()):\n            raise failure\n",
        "",
        "a test",
        f"{AWAY}::test_no_letter_is_written_where_another_member_may_have_a_claim_of_that_id",
    ),
    Defect(
        "another number of shards taken for the same",
        "worker/store/shards.py",
        "    if found not in {0, said}:\n",
        "    if found < 0:\n",
        "a test",
        "tests/worker/store/test_shard_numbers.py"
        "::test_who_sends_or_asks_with_another_number_is_refused",
    ),
    Defect(
        "a round that failed once fails for ever",
        "worker/intake/shard_rounds.py",
        _FORGET + _READ,
        _READ + _FORGET,
        "a test",
        "tests/worker/intake/test_shard_rounds.py"
        "::test_a_round_that_fails_unforeseen_fails_once_and_the_next_goes_on",
    ),
)
