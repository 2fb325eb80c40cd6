#!/bin/sh
# What Grafana executes. It becomes the bundled loader, which runs the bundled interpreter on the bundled
# C library, so that the host needs neither Python nor glibc. Built-ins only: Grafana passes no PATH on.
case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
backend=$(CDPATH='' cd -P -- "$here/@BACKEND@" 2>&- && pwd -P)
if [ ! -x "$backend/glibc/@LOADER@" ]; then
  # In the form of Grafana's own log, or nobody would see it; Grafana keeps its own time, and there is no clock here.
  echo '{"@level":"error","@message":"the plugin cannot start: its folder is not whole, unpack the zip again","@timestamp":"1970-01-01T00:00:00.000000Z"}' >&2
  exit 1
fi
# PyInstaller's bootloader would start itself once more to set a library path, which the loader is given here
# already, and would need /proc for it. These three tell it that it has done so, and what to be called.
export _PYI_ARCHIVE_FILE="$backend/@PROGRAM@" _PYI_PARENT_PROCESS_LEVEL=-1 _PYI_LINUX_PROCESS_NAME=gpx_reliability
exec "$backend/glibc/@LOADER@" --library-path "$backend/glibc:$backend/_internal" \
  "$backend/@PROGRAM@" --role @ROLE@ "$@"
