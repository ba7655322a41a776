-- Prosody for libim. What is between at-signs is the test's.
run_as_root = true
pidfile = "@DIR@/prosody.pid"
data_path = "@DIR@/data"
log = { info = "@DIR@/prosody.log" }

interfaces = { "127.0.0.1" }
c2s_ports = { @PORT@ }
c2s_direct_tls_ports = { @TLS_PORT@ }
c2s_require_encryption = true

-- Files. A real server has https here; libim takes http on a loopback address only.
http_ports = { @HTTP_PORT@ }
http_interfaces = { "127.0.0.1" }
https_ports = {}
http_default_host = "upload.@DOMAIN@"

ssl = { certificate = "@CERTIFICATE@", key = "@KEY@" }

modules_enabled = {
    "roster", "saslauth", "tls", "disco", "presence", "message", "iq", "ping",
    "mam";        -- XEP-0313: histories, and catching up
    "carbons";    -- XEP-0280: several devices
    "smacks";     -- XEP-0198: connections that break
    "csi_simple"; -- XEP-0352
    "pep";        -- XEP-0163: settings, read positions, profiles
    "bookmarks";  -- XEP-0402: groups
    "time";       -- XEP-0202: devices whose clocks are wrong
    "offline", "blocklist", "vcard4", "vcard_legacy",
}
modules_disabled = { "s2s" }

-- Passwords as files can be written by tests; a real server keeps internal_hashed.
authentication = "internal_plain"

-- Archives in SQL stay fast when they grow.
storage = { archive = "sql", muc_log = "sql" }
sql = { driver = "SQLite3", database = "@DIR@/archive.sqlite" }

default_archive_policy = true
archive_expires_after = "never"
max_archive_query_results = 500

-- A node has an item for each conversation; the default of 256 is too small.
pep_max_items = 100000

-- A message may have 256 KiB, and more when it is escaped.
c2s_stanza_size_limit = 1024 * 1024

VirtualHost "@DOMAIN@"

Component "conference.@DOMAIN@" "muc"
    modules_enabled = { "muc_mam" }
    restrict_room_creation = false
    muc_log_by_default = true
    muc_log_expires_after = "never"
    max_archive_query_results = 500

-- XEP-0363: files.
Component "upload.@DOMAIN@" "http_file_share"
    http_external_url = "http://127.0.0.1:@HTTP_PORT@/"
    http_file_share_size_limit = 10 * 1024 * 1024
    http_file_share_daily_quota = 1024 * 1024 * 1024
    http_file_share_expires_after = -1
