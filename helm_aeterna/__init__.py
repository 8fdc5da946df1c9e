"""Configure, check and install Aeterna with Helm."""

__version__ = "0.1.0"
