"""The only code that touches the outside: files, programs, the terminal, the network."""
