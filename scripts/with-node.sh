#!/bin/sh
# Runs a frontend tool on the Node.js that the lock pins: Debian's own is too old for today's tools.
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
for node in "$here"/node_modules/node-linux-*/bin/node; do
  if "$node" --version >/dev/null 2>&1; then
    PATH="${node%/*}:$PATH"
    export PATH
    break
  fi
done
exec "$@"
