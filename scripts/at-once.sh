#!/bin/sh
# at-once.sh TARGET...: makes targets of the Makefile at the same time and prints what each had to say when it is over, so that
# the lines of one stay together. Fails when any of them does. Targets that take turns at waiting, as the tests of the servers
# and of the bindings, end sooner so.
set -u
said=$(mktemp -d)
running=
stop() {
    for pid in $running; do kill "$pid" 2>/dev/null; done
}
trap 'rm -rf "$said"' EXIT
trap 'stop; exit 130' INT TERM

for target; do
    ${MAKE:-make} --no-print-directory "$target" >"$said/$target" 2>&1 &
    running="$running $!"
done
failed=0
for pid in $running; do
    wait "$pid" || failed=1
    cat "$said/$1"
    shift
done
exit $failed
