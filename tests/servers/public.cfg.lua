-- Prosody as many public servers have it: what it is shipped with, limits on everything, and little that is kept.
-- What is between at-signs is the test's.
run_as_root = true
pidfile = "@DIR@/prosody.pid"
data_path = "@DIR@/data"
log = { info = "@DIR@/prosody.log" }

interfaces = { "127.0.0.1" }
c2s_ports = { @PORT@ }
c2s_direct_tls_ports = { @TLS_PORT@ }
c2s_require_encryption = true
ssl = { certificate = "@CERTIFICATE@", key = "@KEY@" }

modules_enabled = {
    "roster", "saslauth", "tls", "disco", "presence", "message", "iq", "ping",
    "mam", "carbons", "smacks", "csi_simple", "pep", "bookmarks", "blocklist",
    "vcard4", "vcard_legacy", "limits", "time", "version", "uptime", "private",
}
-- Archives keep what offline storage would.
modules_disabled = { "s2s", "offline" }

authentication = "internal_plain"
storage = { archive = "sql", muc_log = "sql" }
sql = { driver = "SQLite3", database = "@DIR@/archive.sqlite" }

limits = { c2s = { rate = "10kb/s" } }

archive_expires_after = "1w"
max_archive_query_results = 50

VirtualHost "@DOMAIN@"

Component "conference.@DOMAIN@" "muc"
    modules_enabled = { "muc_mam" }
    restrict_room_creation = "local"
    muc_log_expires_after = "1w"
    max_archive_query_results = 50
