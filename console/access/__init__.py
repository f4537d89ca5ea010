"""Who may come in, what they may see and send, and that it is recorded."""
