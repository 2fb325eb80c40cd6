#!/bin/sh
# What Grafana executes. It becomes the bundled loader, which runs the bundled interpreter on the bundled
# C library, so that the host needs neither Python nor glibc. Built-ins only: Grafana passes no PATH on.
case $0 in
/*) here=${0%/*} ;;
*/*) here=$PWD/${0%/*} ;;
*) here=$PWD ;;
esac
backend=$here/@BACKEND@
libraries=$backend/glibc:$backend/_internal
# The bootloader executes itself once more through the same loader: it finds the libraries by the variable.
export LD_LIBRARY_PATH="$libraries"
exec "$backend/glibc/@LOADER@" --library-path "$libraries" "$backend/@PROGRAM@" --role @ROLE@ "$@"
