"""What the program does, on one page; a module of its own because `--help` loads nothing else."""

COMMANDS = {
    "init": "ask a few questions (or take flags, variables, a file) and write the configuration",
    "validate": "check the configuration: schema, rules of the chart, connections",
    "show": "show the configuration and where each value comes from, credentials masked",
    "install": "install operators and chart, wait, and report",
    "uninstall": "take the release away, and say what stays",
    "version": "print the versions of the program, Python and Helm",
}

_EXAMPLES = """\
examples:
  helm aeterna init                          ask, then write values.yaml
  helm aeterna init --non-interactive --defaults
  helm aeterna validate                      check what was written
  helm aeterna install                       install it into the current cluster

exit codes: 0 done, 1 bug, 2 usage, 3 answers missing or contradictory, 4 check failed,
  5 prerequisite missing, 6 Helm or cluster failed, 7 write failed, 130 cancelled

`helm aeterna COMMAND --help` says more. Without Helm the same program is `helm-aeterna`.
"""


def overview(program: str) -> str:
    """Say which commands there are.

    Args:
        program: What the user types to get here.
    """
    width = max(map(len, COMMANDS))
    lines = [f"usage: {program} COMMAND [flags]", "", "Configure, check and install Aeterna.", "", "commands:"]
    lines += [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    return "\n".join(lines) + "\n\n" + _EXAMPLES.rstrip()
