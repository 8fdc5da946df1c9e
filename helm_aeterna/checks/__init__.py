"""What can be said about values and answers before a cluster is asked."""
