"""The wizard of `init`: its pages, the terminal, the checks and the files, joined."""
