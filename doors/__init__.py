"""
The doors that claims come through: files and messages of others become our events.

A door decides nothing. It reads, says what it cannot read, hands events to the queue, and turns
determinations into the answers that its senders expect.
"""
