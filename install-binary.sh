#!/bin/sh
# Makes the plugin ready to run; Helm calls it after install and after update.
#
# The first start does the work: it makes the private Python environment where none was shipped (lib/), below Helm's data
# folder, so that `helm plugin update` finds the checkout unchanged. This ends well in every case: a hook that fails leaves
# the plugin half installed, and a later start makes up for what could not be done now.

root=$(CDPATH='' cd -P "$(dirname "$0")" && pwd -P)
if "$root/bin/helm-aeterna" --version; then
  echo "helm aeterna is ready: helm aeterna --help"
else
  echo "warning: helm aeterna is installed, but not ready yet; its first start tries again" >&2
fi
exit 0
