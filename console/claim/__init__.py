"""A claim's page: what was decided and why, the member's days, and what would change it."""
