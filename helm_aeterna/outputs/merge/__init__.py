"""The three-way merge of YAML files: what the user changed stays."""
