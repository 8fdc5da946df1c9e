"""How a state looks on a screen: pure functions from state to lines."""
