#!/bin/sh
# Logs in with two accounts of a Prosody on a platform; scripts/demo-xmpp.sh starts the server and calls this.
#
#     scripts/platforms/login.sh TARGET FOLDER SERVER.JSON
#
# OUT and ROOT are those of scripts/platforms.sh.
set -eu
target=$1 folder=$2 server=$3
repository=$(cd "$(dirname "$0")/../.." && pwd)
for name in alice bob; do
    perl -MJSON::PP -0777 -e '
        my ($name, $folder) = splice @ARGV, 0, 2;
        my $config = decode_json(<>)->{people}{$name};
        $config->{dataDir} = "$folder/$name";
        print encode_json($config)' "$name" "$folder" "$server" >"$folder/$name.json"
done
exec "$repository/scripts/debian-root.sh" run "$ROOT" -w "$OUT" -w "$(dirname "$server")" env OUT="$OUT" \
    sh "$repository/scripts/platforms/run.sh" "$target" "$OUT/$target/programs/login.exe" "$folder"
