"""`adjudicator x12`: one file for each of its commands."""
