"""What `install` and `uninstall` have in common: the release, its cluster, its values, what stays of it."""
