"""The test bed: finds, fetches or builds the pinned tools, and runs a cluster out of them."""
