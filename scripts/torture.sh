#!/bin/sh
# Plays every round of the tests that play a few in the normal run, one part after another, also when one fails. What has failed is
# said at the end, and is the exit status. LIBIM_TORTURE names the parts that are to be played, all without it.
#
#     scripts/torture.sh [CARGO]
set -u
cd "$(dirname "$0")/.." || exit 1
cargo=${1:-cargo}
failed=
played=

# Runs a command as a part.
part() {
    name=$1
    shift
    case " ${LIBIM_TORTURE:-$name} " in
    *" $name "*) ;;
    *) return ;;
    esac
    echo "== $name"
    started=$(date +%s)
    if env "$@"; then
        result=passed
    else
        result=FAILED
        failed="$failed $name"
    fi
    played="$played
$name: $result, $((($(date +%s) - started) / 60)) min"
}

# Every operation of a failing disk, hundreds of damaged files, thousands of rotten rows.
part faults LIBIM_FAULTS=all "$cargo" test --no-fail-fast --test faults -- --nocapture
part hostile LIBIM_HOSTILE=all "$cargo" test --test embedded_backend hostile -- --nocapture
# Several devices of a user, and stanzas of anybody.
part devices LIBIM_DEVICES_SEEDS=300 "$cargo" test --no-fail-fast --test devices
part devices_xmpp LIBIM_DEVICES_SEEDS=100 "$cargo" test --no-fail-fast --test devices_xmpp
part stanza_play LIBIM_STANZA_SEED=100 LIBIM_STANZA_PLAYS=500 "$cargo" test --no-fail-fast --test stanza_play
part stanzas LIBIM_SEED=5 LIBIM_STANZAS=1000000 "$cargo" test --lib router
part outbox LIBIM_SEED=1 LIBIM_SEEDS=1000 "$cargo" test --lib outbox::tests::rooms
part views LIBIM_SEED=2 LIBIM_STEPS=30000 "$cargo" test --lib live_view
# The chat client on a server, with all its scripts.
part chat "$cargo" test --no-fail-fast --test chat -- --ignored
# Many schedules of threads, and files that do not fit into memory.
part schedules LIBIM_SCHEDULES=20000 "$cargo" test --package models
part drips LIBIM_DRIPS=all "$cargo" test --test scripted_server drips
part large LIBIM_LARGE_MIB=200 "$cargo" test --test cuts files -- --nocapture
part memory LIBIM_FILE_MIB=2000 "$cargo" test --test processes memory

echo "$played"
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
