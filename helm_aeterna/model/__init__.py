"""The types that travel between the steps; no logic beyond their invariants."""
