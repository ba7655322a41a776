#!/bin/sh
# Runs a program on a private Prosody: on loopback, with its own config, data and certificate, on free ports, gone
# afterwards. Its config is the one of the tests. The program is given a folder for its clients and a file that names four
# accounts, after its arguments.
#
#     scripts/demo-xmpp.sh PROGRAM [ARGUMENT...]
set -eu
umask 077

template=$(dirname "$0")/../tests/servers/prosody.cfg.lua
domain=im.test
dir=$(mktemp -d)
server=

stop() {
    status=$?
    trap - EXIT
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$dir"
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

# A certificate that the clients are told to trust.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$domain" \
    -addext "subjectAltName=DNS:$domain,DNS:*.$domain" -addext basicConstraints=critical,CA:FALSE \
    -keyout "$dir/server.key" -out "$dir/server.pem" 2>"$dir/openssl.log" || {
    cat "$dir/openssl.log" >&2
    exit 1
}

# Three ports that nobody uses at this moment.
ports=$(perl -MIO::Socket::INET -e '
    my @sockets = map { IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) or die "no port: $!\n" } 1, 2, 3;
    print join " ", map { $_->sockport } @sockets')
port=${ports%% *}
tls_port=${ports#* }
http_port=${tls_port#* }
tls_port=${tls_port% *}

sed -e "s|@DIR@|$dir|g" -e "s|@PORT@|$port|g" -e "s|@TLS_PORT@|$tls_port|g" -e "s|@HTTP_PORT@|$http_port|g" -e "s|@DOMAIN@|$domain|g" \
    -e "s|@CERTIFICATE@|$dir/server.pem|g" -e "s|@KEY@|$dir/server.key|g" "$template" >"$dir/prosody.cfg.lua"

# The people, as the server and as the demo are told of them.
password=$(openssl rand -hex 16)
accounts=$dir/data/im%2etest/accounts
mkdir -p "$accounts" "$dir/clients"
people=
for name in alice bob carol dave; do
    printf 'return { ["password"] = "%s"; };\n' "$password" >"$accounts/$name.dat"
    people="$people${people:+,}
  \"$name\": { \"userID\": \"$name@$domain\", \"backend\": { \"kind\": \"xmpp\", \"jid\": \"$name@$domain\",
    \"password\": \"$password\", \"host\": \"127.0.0.1\", \"port\": $port, \"caFile\": \"$dir/server.pem\" } }"
done
printf '{ "team": "team@conference.%s", "people": {%s } }\n' "$domain" "$people" >"$dir/server.json"

prosody -F --config "$dir/prosody.cfg.lua" >"$dir/output" 2>&1 </dev/null &
server=$!
perl -MIO::Socket::INET -e '
    my ($port, $server, $end) = (@ARGV, time + 60);
    until (IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port)) {
        die "the server ended\n" unless kill 0, $server;
        die "the server did not start\n" if time > $end;
        select undef, undef, undef, 0.05;
    }' "$port" "$server" || {
    cat "$dir/output" >&2
    exit 1
}

"$@" "$dir/clients" "$dir/server.json"
