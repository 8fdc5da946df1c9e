"""What can be chosen: the types of `charts/aeterna/files/catalogue.yaml` and its strict loader."""
