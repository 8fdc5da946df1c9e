"""The wizard in plain numbered lines, for screen readers and simple terminals."""
