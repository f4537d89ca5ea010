"""What is pended, who has it, and what is taken next."""
