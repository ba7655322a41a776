#!/bin/sh
# Runs a command with an X display of its own that nobody sees, which is gone afterwards. SCREEN_FILE is what it shows, in the
# format of xwd.
#
#     scripts/with-display.sh COMMAND...
set -eu

dir=$(mktemp -d)
mkfifo "$dir/number"
# The server takes a free number and says which.
Xvfb -displayfd 3 -screen 0 800x800x24 -fbdir "$dir" -nolisten tcp -noreset 3>"$dir/number" >"$dir/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
if ! read -r number <"$dir/number"; then
    cat "$dir/log" >&2
    exit 1
fi
export DISPLAY=":$number" SCREEN_FILE="$dir/Xvfb_screen0"
# Nothing of the machine that the command runs on: no compositor, no bus, no GPU, no settings.
export GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_A11Y=none GSETTINGS_BACKEND=memory GDK_SCALE=1 LC_ALL=C.UTF-8
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GTK_THEME || true
"$@"
