"""Defects in the worker: in what is written together, in what is remembered, in who may write."""

from __future__ import annotations

from tests.defects.defect import Defect

COMMIT, REDIS = "worker/store/commit.lua", "worker/store/redis.py"

UNDISTURBED = "tests/faults/test_checker.py::test_a_run_without_a_fault_is_found_guilty_of_nothing"
CRASHES = "tests/faults/test_crash_points.py::test_a_worker_may_die_at_every_step"

_CLAIM_AS_A_TASK = """\
    @app.task(name="mrs.claim")
    def claim(door: str, event: str) -> None:
        runtime = runtimes.current()
        member = read_member_id(event.encode()) or event
        lane = zlib.crc32(member.encode()) % runtime.settings.lanes
        fields = {"door": door, "event": event}
        runtime.store._client.xadd(f"{runtime.settings.prefix}:lane:{lane:02d}", fields)
        runtime.drain(lane)

    @app.task(name=ROUTE, shared=False, Request=DispatchRequest)
    def route(shard: int = 0) -> None:
        runtime = runtimes.current(shard)
        door = f"{runtime.settings.prefix}:events"
        for entry_id, fields in runtime.store._client.xrange(door):
            event = fields.get(b"event", b"").decode(errors="replace")
            claim.apply_async((entry_id.decode(), event), queue=QUEUE)
            runtime.store._client.xdel(door, entry_id)
"""

WORKER = (
    Defect(
        "an entry removed before the rest is checked and written",
        COMMIT,
        "local entries = must_stand(stream, commit.done)\n",
        "if commit.done[1] then redis.call('XDEL', stream, unpack(commit.done)) end\n"
        "local entries = must_stand(stream, commit.done)\n",
        "a test",
        UNDISTURBED,
    ),
    Defect(
        "a commit in two steps: first the determinations, then the rest",
        REDIS,
        "        call = commit_call(self._keys, lease, commit)\n",
        "        for said in commit.announcements:\n"
        "            new = self._client.xadd(self._keys.determinations, {'event': said.event})\n"
        "            self._client.rpush(self._keys.index(said.member_id), new)\n"
        "        call = commit_call(self._keys, lease, commit._replace(announcements=()))\n",
        "a test",
        CRASHES,
    ),
    Defect(
        "counters written after the commit",
        REDIS,
        "        call = commit_call(self._keys, lease, commit)\n"
        '        self._scripts.run_durably("commit", call.keys, *call.arguments)\n',
        "        call = commit_call(self._keys, lease, commit._replace(counters={}))\n"
        '        self._scripts.run_durably("commit", call.keys, *call.arguments)\n'
        "        self.count(commit.counters)\n",
        "a test",
        CRASHES,
    ),
    Defect(
        "a check after the first write",
        COMMIT,
        "for i = 1, #commit.claims do\n",
        "for i = 1, #commit.stamps do\n"
        "  redis.call('SET', KEYS[records + i], ARGV[values + i])\n"
        "end\n"
        "for i = 1, #commit.claims do\n",
        "a test",
        "tests/worker/store/test_redis_scripts.py"
        "::test_a_commit_that_meets_a_key_of_a_wrong_kind_writes_nothing",
    ),
    Defect(
        "a commit that does not begin with the lease",
        COMMIT,
        "redis.call('PEXPIRE', lease, milliseconds)\n",
        "",
        "a test",
        "tests/worker/store/test_redis_scripts.py"
        "::test_a_full_redis_lets_a_lease_be_taken_and_a_commit_be_written_whole",
    ),
    Defect(
        "no fence: whoever held the lease once may write",
        "worker/store/checks.lua",
        "  if not must_be('lease', lease, 'string') or holder_of(lease) ~= token then",
        "  if not must_be('lease', lease, 'string') and not token then",
        "a test",
        "tests/faults/test_leases.py::test_a_commit_after_the_lease_has_run_out_writes_nothing",
    ),
    Defect(
        "a lease given back that is another's by now",
        "worker/store/release.lua",
        "must_hold(lease, ARGV[1])",
        "must_be('lease', lease, 'string')",
        "a test",
        "tests/worker/store/test_store_leases.py::test_a_lease_that_ran_out_cannot_be_given_back",
    ),
    Defect(
        "the record's version not compared",
        COMMIT,
        "  if not problem and found ~= stamp then",
        "  if not problem and not stamp then",
        "a test",
        "tests/worker/store/test_store_commits.py"
        "::test_a_commit_on_another_state_than_was_read_writes_nothing",
    ),
    Defect(
        "an entry taken from behind another",
        "worker/store/checks.lua",
        "redis.call('XRANGE', stream, '-', ids[#ids], 'COUNT', #ids)",
        "redis.call('XRANGE', stream, ids[1], ids[#ids], 'COUNT', #ids)",
        "a test",
        "tests/worker/store/test_store_queue.py::test_no_entry_overtakes_another_at_the_door",
    ),
    Defect(
        "the identity of an event forgotten",
        "rules/member/open_member.py",
        "known = self._known.get((event.source, event.id))",
        'known = self._known.get(("", ""))',
        "a test",
        UNDISTURBED,
    ),
    Defect(
        "each event of a batch decided on the state before the batch",
        "worker/intake/commit_builder.py",
        "        return self._members.get(member_id) or self._before[member_id].member\n",
        "        return self._before[member_id].member\n",
        "a test",
        UNDISTURBED,
    ),
    Defect(
        "an event in the lane of its bytes instead of its member's",
        "worker/intake/route.py",
        "        return lane_of(member_id, self._lanes)",
        "        return self._lane_of_bytes(entry)",
        "a test",
        UNDISTURBED,
    ),
    Defect(
        "a dead letter dropped",
        COMMIT,
        "  writes[#writes + 1] = arguments\n",
        "",
        "a test",
        UNDISTURBED,
    ),
    Defect(
        "rights that are not asked for before a commit writes",
        "worker/store/checks.lua",
        "    if not redis.acl_check_cmd(command, key) then\n",
        "    if false then\n",
        "a test",
        "tests/worker/store/test_rights.py"
        "::test_where_redis_can_be_asked_no_script_is_stopped_in_its_middle",
    ),
    Defect(
        "a commit that was stopped in its middle and is not finished",
        "worker/store/take.lua",
        "local refused = finish_earlier(attempts)\n",
        "local refused = false\n",
        "a test",
        "tests/worker/store/test_rights.py"
        "::test_a_script_that_is_stopped_in_its_middle_is_finished_by_whoever_takes_the_place",
    ),
    Defect(
        "a lane taken in a Redis that lost everything",
        "worker/store/take.lua",
        "  must_be_installation(meta, ARGV[7])\n",
        "",
        "a test",
        "tests/worker/store/test_installation.py"
        "::test_no_lane_is_taken_in_a_redis_that_lost_everything",
    ),
    Defect(
        "a dead letter put back that stays among the dead letters",
        "worker/store/redrive.lua",
        "redis.call('XDEL', dead_letters, ARGV[1])\n",
        "",
        "a test",
        "tests/worker/store/test_store_dead_letters.py"
        "::test_a_dead_letter_goes_back_to_the_door_as_it_came_there_once",
    ),
    Defect(
        "attempts not remembered",
        "worker/store/try.lua",
        "redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])\n",
        "",
        "a test",
        "tests/worker/store/test_store_queue.py::test_a_try_that_is_said_twice_counts_once",
    ),
    Defect(
        "a trial remembered of an entry that is gone",
        "worker/store/try.lua",
        "if must_be('stream', KEYS[3], 'stream') == false or not entry_of(KEYS[3], ARGV[3]) then\n"
        "  note('STALE entry')\n"
        "end\n",
        "",
        "a test",
        "tests/worker/store/test_store_queue.py::test_an_entry_that_is_no_longer_there_is_not_tried",
    ),
    Defect(
        "takes that finished nothing not remembered",
        "worker/store/take.lua",
        "return redis.call('HINCRBY', takes, place, 1)",
        "return 1",
        "a test",
        "tests/worker/store/test_store_leases.py::test_each_holder_that_finished_nothing_is_counted",
    ),
    Defect(
        "a Redis that is away counted against the event",
        "worker/intake/consumer.py",
        "                raise\n            except Exception as raised:",
        "                failure = None\n            except Exception as raised:",
        "a test",
        "tests/worker/intake/test_consumer.py::test_what_cannot_be_done_now_is_never_an_attempt",
    ),
    Defect(
        "a whole batch put aside with its bad event",
        "worker/intake/consumer.py",
        "            clear_frames(failure.__traceback__)\n            return False\n",
        "            for entry in entries:\n"
        "                self._work.give_up(lease, entry, failure)\n"
        "            return True\n",
        "a test",
        "tests/worker/intake/test_consumer.py"
        "::test_a_batch_that_fails_is_tried_one_by_one_and_the_bad_one_put_aside_alone",
    ),
    Defect(
        "the alarm of an evaluation that has ended rings",
        "worker/processes/deadline.py",
        "            signal.setitimer(signal.ITIMER_REAL, 0)\n",
        "            pass\n",
        "a test",
        "tests/worker/intake/test_runtime.py::test_work_that_ends_in_time_is_left_alone",
    ),
    Defect(
        "a determination timed by the worker's own clock",
        "worker/intake/lane_handler.py",
        "            time = self._now + round((began_at - self._read_at) * 1000)\n",
        '            time = round(__import__("time").time() * 1000)\n',
        "a test",
        "tests/worker/intake/test_lane_handler.py::test_a_determination_has_the_time_of_its_commit",
    ),
    Defect(
        "the stream of determinations cut to its newest",
        COMMIT,
        "write('XADD', determinations, '*',",
        "write('XADD', determinations, 'MAXLEN', 100, '*',",
        "a test",
        "tests/faults/test_consumers.py::test_what_is_not_read_stays_and_is_counted",
    ),
    Defect(
        "a member's id in the log",
        "worker/intake/lane_handler.py",
        "                self._store.commit(lease, commit)\n",
        "                self._store.commit(lease, commit)\n"
        "                import sys\n"
        "                for record in commit.records:\n"
        "                    print(record.member_id, file=sys.stderr)\n",
        "a test",
        "tests/faults/test_killed_workers.py::test_children_killed_lose_and_double_nothing",
    ),
    Defect(
        "one claim as a plain Celery task",
        "worker/intake/tasks.py",
        "    @app.task(name=ROUTE, shared=False, Request=DispatchRequest)\n"
        "    def route(shard: int = 0) -> None:\n"
        "        runtimes.carry_out(shard, Runtime.route)\n",
        f"    import zlib\n    from worker.events.decode import read_member_id\n{_CLAIM_AS_A_TASK}",
        "a test",
        "tests/faults/test_killed_workers.py"
        "::test_workers_killed_with_their_children_lose_and_double_nothing",
    ),
    Defect(
        "ready without its broker",
        "worker/app.py",
        "        carrier.must_reach_broker,\n",
        "",
        "a test",
        "tests/integration/test_readiness.py::test_a_login_that_the_broker_refuses_makes_not_ready",
    ),
    Defect(
        "ready with a blocked main thread",
        "worker/app.py",
        "        main_loop.must_turn,\n",
        "",
        "a test",
        "tests/integration/test_readiness.py"
        "::test_a_worker_whose_main_thread_is_blocked_is_not_ready_and_beats_no_more",
    ),
    Defect(
        "submit goes on after the last line that it read",
        "worker/commands/submit.py",
        '            return f"{sent} {_go_on(self._under_way[0], 0)}"\n',
        '            return f"{sent} {_go_on(self._under_way[-1], 1)}"\n',
        "a test",
        "tests/integration/test_interruption.py"
        "::test_submit_says_how_many_went_and_from_which_line_to_go_on",
    ),
)
