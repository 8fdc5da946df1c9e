"""What to install, in which order, and what the answers of the cluster mean."""
