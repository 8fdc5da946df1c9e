"""Run the program: `python -m helm_aeterna`, which is what the Helm plugin's launcher calls."""

from helm_aeterna.cli import entry

if __name__ == "__main__":
    entry()
