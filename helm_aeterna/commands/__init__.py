"""One module for each command of the program; wiring and nothing else."""
