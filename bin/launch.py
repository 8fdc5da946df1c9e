"""Start the program with the packages made for it; the launchers run this file by `python -I -S`.

Arguments: the plugin's folder, our data folder, then the user's own.

Every command pays for this file, so it imports nothing that the program would not import anyway.
"""

import os
import sys


def _lock(folder: str) -> str:
    """Return the list of pinned packages of the plugin, or the one that an environment was made from."""
    return os.path.join(folder, "requirements", "runtime.txt")


def _ready(root: str, packages: str) -> bool:
    """Tell whether the environment was made from the plugin's present list, to the byte."""
    try:
        with open(_lock(root), "rb") as wanted, open(_lock(packages), "rb") as made:
            return wanted.read() == made.read()
    except OSError:
        return False


def packages_for(root: str, data: str) -> str:
    """Return the folder of packages to run with, making it at first use; leave with 5 where that cannot be done."""
    shipped = os.path.join(root, "lib")
    if os.path.isdir(shipped):
        return shipped
    # One environment for each kind of interpreter and machine: a home folder may be shared by several.
    machine = os.uname().machine
    packages = os.path.join(data, f"{sys.implementation.cache_tag}-{sys.platform}-{machine}")
    if not _ready(root, packages):
        from bin.environment import make

        if not make(_lock(root), packages):
            sys.exit(5)
    return packages


def main() -> None:
    """Start the program."""
    root, data = sys.argv[1:3]
    # Behind the standard library: no file of ours can stand in for one of its modules.
    sys.path.append(root)
    sys.path.append(packages_for(root, data))
    sys.argv[:3] = ["helm aeterna" if "HELM_PLUGIN_NAME" in os.environ else "helm-aeterna"]
    from helm_aeterna.__main__ import entry

    entry()


if __name__ == "__main__":
    main()
