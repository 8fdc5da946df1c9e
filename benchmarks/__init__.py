"""How long the commands take, beside the programs they cannot be faster than."""
