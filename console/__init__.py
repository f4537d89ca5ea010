"""Pages for the people who decide what the rules cannot, and for those who ask why."""
