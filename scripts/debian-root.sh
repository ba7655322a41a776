#!/bin/sh
# What the tests need and this machine need not have, without installing it: a Debian trixie in a folder of its own.
#
#     scripts/debian-root.sh make DIR KIND                       makes it, once
#     scripts/debian-root.sh run DIR [-c FOLDER] [-w FOLDER]... COMMAND...   runs a command in it
#
# KIND is `swift` (a few hundred MB to load, 3 GB on disk), `servers`: Prosody and ejabberd in newer versions (100 MB to
# load, 0.5 GB on disk), or `platforms`: compilers and emulators for scripts/platforms.sh (1.5 GB to load, 5 GB on disk).
#
# The command sees this repository, read-only, and each FOLDER of -w, writable, under the paths that they have here.
# With -c it runs as root, and what it changes in the root, such as packages that it installs, lies in FOLDER only, where
# the next command with the same -c finds it; FOLDER cannot be on an overlay file system.
# It starts in `/` with an empty environment; `env NAME=value COMMAND` sets variables. Everything it has started ends
# with it, and when this script is killed.
#
# Nothing can be deleted through the mounts by mistake, for instance with `rm -rf target`: they are made in a mount
# namespace that only the command is in, are never seen outside, and are gone when it ends, however that happens.
# Needs debootstrap, unshare and setpriv (util-linux), and root or sudo.
set -eu

suite=trixie
# What is installed after that, by a script of its own.
more=

fail() {
    echo "debian-root: $*" >&2
    exit 1
}

sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
[ -z "$sudo" ] || command -v sudo >/dev/null || fail "root or sudo is needed"
command -v unshare >/dev/null || fail "unshare is missing; install util-linux"

# In the namespace: puts the mounts into the root and becomes the command.
if [ "${1:-}" = inside ]; then
    shift
    root=$1 repository=$2 user=$3 path=/usr/bin:/bin
    shift 3
    if [ "${1:-}" = -c ]; then
        mkdir -p "$2/upper" "$2/work" "$2/root"
        mount -t overlay -o "lowerdir=$root,upperdir=$2/upper,workdir=$2/work" overlay "$2/root"
        root=$2/root user=0:0 path=/usr/sbin:/sbin:$path
        shift 2
    fi
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mkdir -p "$root$repository"
    mount --bind "$repository" "$root$repository"
    mount -o remount,bind,ro "$root$repository"
    while [ "${1:-}" = -w ]; do
        mkdir -p "$root$2"
        mount --bind "$2" "$root$2"
        shift 2
    done
    # Not in place of this shell, which is process 1 here: such a one is spared by most signals, also by its own.
    status=0
    chroot --userspec="$user" "$root" /usr/bin/env -i PATH="$path" HOME=/tmp LANG=C.UTF-8 "$@" || status=$?
    exit "$status"
fi

[ $# -ge 2 ] || fail "usage: debian-root.sh make DIR swift|servers|platforms | run DIR [-c FOLDER] [-w FOLDER]... COMMAND..."
action=$1
mkdir -p "$(dirname "$2")"
root=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
shift 2

case $action in
make)
    case ${1:-} in
    swift) packages=swiftlang,libc6-dev,libstdc++-14-dev,pkg-config,ca-certificates,git ;;
    # The Lua libraries by name: debootstrap does not find those that a package provides under another one.
    servers) packages=prosody,lua5.4,lua-bitop,lua-sec,lua-socket,lua-expat,lua-filesystem,lua-dbi-sqlite3,ejabberd,erlang-p1-sqlite3 ;;
    # Trixie's Rust is too old. Debootstrap has no script for the newer suite, and that of unstable serves.
    platforms) suite=forky packages=ca-certificates more=scripts/platforms/install.sh ;;
    *) fail "usage: debian-root.sh make DIR swift|servers|platforms" ;;
    esac
    made_of="$suite $packages${more:+ $(cksum <"$(dirname "$0")/../$more")}"
    # Two who need it at once make it once.
    exec 9>"$root.lock"
    flock 9
    if [ "$(cat "$root/made-of" 2>/dev/null)" != "$made_of" ]; then
        command -v debootstrap >/dev/null || fail "debootstrap is missing; install it with apt-get install debootstrap"
        echo "debian-root: making $root of Debian $suite; this takes a minute or two"
        # It is moved to its place when it is whole. A namespace here too: debootstrap mounts /proc for a while.
        $sudo rm -rf --one-file-system "$root.part" "$root"
        script=
        [ "$suite" != forky ] || script=sid
        $sudo unshare --mount debootstrap --variant=minbase --include="$packages" "$suite" "$root.part" \
            ${script:+http://deb.debian.org/debian "$script"} >"$root.log" 2>&1 || fail "debootstrap failed; see $root.log"
        if [ -n "$more" ]; then
            $sudo cp "$(dirname "$0")/../$more" "$root.part/tmp/more.sh"
            # shellcheck disable=SC2016 # for the inner shell
            $sudo unshare --mount --pid --fork --kill-child sh -c 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
                exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh /tmp/more.sh' sh "$root.part" \
                >>"$root.log" 2>&1 </dev/null || fail "$more failed; see $root.log"
        fi
        $sudo sh -c "rm -f '$root.part'/var/cache/apt/archives/*.deb && chmod 1777 '$root.part/tmp' &&
            echo '$made_of' >'$root.part/made-of' && mv '$root.part' '$root'"
    fi
    ;;
run)
    [ -e "$root/made-of" ] || fail "$root is not made yet; make it with: scripts/setup.sh test"
    repository=$(cd "$(dirname "$0")/.." && pwd)
    exec 3<&0
    $sudo setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child \
        sh "$repository/scripts/debian-root.sh" inside "$root" "$repository" "$(id -u):$(id -g)" "$@" <&3 &
    child=$!
    # unshare takes no notice of these.
    trap '$sudo kill -KILL "$child"' HUP INT TERM
    wait "$child"
    ;;
*)
    fail "there is no $action"
    ;;
esac
