"""`python -m mrs_adjudicator`: the same as `adjudicator`."""

from __future__ import annotations

from mrs_adjudicator.neighbours import must_be_ours

if __name__ == "__main__":
    must_be_ours("rules", "worker")
    from worker.cli import main

    main()
