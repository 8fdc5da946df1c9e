"""The terminal: a screen, or plain lines; and the memory of a conversation that was left."""
