//! The rows of messages, people, groups, settings and the list, with one value that libim would not have written.

pub(super) const MAX: &str = "9223372036854775807";
pub(super) const MIN: &str = "(-9223372036854775807-1)";
pub(super) const NOT_UTF8: &str = "CAST(x'ff41fe' AS TEXT)";
pub(super) const NUL: &str = "CAST(x'610062' AS TEXT)";
pub(super) const ALICE: &str = "(SELECT id FROM user WHERE user_id = 'alice')";
pub(super) const MALLORY: &str = "(SELECT id FROM user WHERE user_id = 'mallory')";
pub(super) const CHAT: &str = "(SELECT id FROM conversation WHERE user_low = min((SELECT id FROM user WHERE user_id = 'alice'), \
    (SELECT id FROM user WHERE user_id = 'mallory')) AND user_high = max((SELECT id FROM user WHERE user_id = 'alice'), \
    (SELECT id FROM user WHERE user_id = 'mallory')))";
pub(super) const BODY: &str = "(SELECT body FROM message LIMIT 1)";

/// Tells alice of a row.
pub(super) fn tell(kind: &str, about: &str) -> String {
    format!(
        "UPDATE service SET last_change = last_change + 1; \
         INSERT OR REPLACE INTO inbox (user, change_id, kind, ref) SELECT {ALICE}, last_change, {kind}, {about} FROM service;"
    )
}

/// A message of mallory's, with one column as given.
pub(super) fn message(column: &str, value: &str) -> String {
    let conversation = if column == "conversation" { value } else { CHAT };
    message_in(conversation, column, value)
}

pub(super) fn message_in(conversation: &str, column: &str, value: &str) -> String {
    let of = |name: &str, plain: &str| {
        if name == column {
            value.to_owned()
        } else {
            plain.to_owned()
        }
    };
    format!(
        "UPDATE conversation SET last_seq = last_seq + 1 WHERE id = {conversation}; \
         INSERT INTO message (conversation, seq, msg_id, sender, time, nick_name, face_url, is_revoked, body) \
         VALUES ({conversation}, {}, {}, {}, {}, {}, {}, {}, {}); ",
        of(
            "seq",
            &format!("(SELECT last_seq FROM conversation WHERE id = {conversation})")
        ),
        of("msg_id", "hex(randomblob(16))"),
        of("sender", MALLORY),
        of("time", "1700000000000000"),
        of("nick_name", "'n'"),
        of("face_url", "''"),
        of("is_revoked", "0"),
        of("body", BODY),
    ) + &tell("1", "(SELECT max(id) FROM message)")
}

/// A user with this id who has written to alice.
pub(super) fn stranger(id: &str) -> String {
    format!(
        "INSERT INTO user (id, user_id, is_active) VALUES (900, {id}, 1); \
         INSERT INTO conversation (id, user_low, user_high) VALUES (900, min(900, {ALICE}), max(900, {ALICE})); \
         INSERT INTO setting (user, conversation) VALUES ({ALICE}, 900);"
    ) + &tell("12", "900")
        + &message_in("900", "sender", "900")
        + &tell("8", "900")
        + &tell("9", "900")
}

/// A group of alice's, with one column as given.
pub(super) fn group(column: &str, value: &str) -> String {
    let of = |name: &str, plain: &str| {
        if name == column {
            value.to_owned()
        } else {
            plain.to_owned()
        }
    };
    format!(
        "INSERT INTO conversation (id) VALUES (901); \
         INSERT INTO chat_group (conversation, group_id, type, name, face_url, create_time) \
         VALUES (901, {}, {}, {}, '', {}); \
         INSERT INTO member (conversation, user, role, join_time) VALUES (901, {ALICE}, {}, {}); \
         INSERT INTO setting (user, conversation) VALUES ({ALICE}, 901);",
        of("group_id", "'odd'"),
        of("type", "'Work'"),
        of("name", "'name'"),
        of("create_time", "1700000000000000"),
        of("role", "200"),
        of("join_time", "1700000000000000"),
    ) + &tell("12", "901")
        + &tell("10", "901")
        + &message_in("901", "", "")
        + &tell("11", "901")
}

/// All the rows, by what is wrong with them.
pub(super) fn rows() -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut add = |name: &str, value: &str, sql: String| rows.push((format!("{name} {value}"), sql));
    let huge = "hex(zeroblob(1000000))";
    for value in [MAX, MIN, "0", "-5", "9007199254740991", "9007199254740992"] {
        add("seq", value, message("seq", value));
    }
    for value in [MAX, MIN, "0", "-1"] {
        add("time", value, message("time", value));
    }
    let numbers = "replace('{\"elem\":{\"text\":{\"text\":\"x\"}},\"priority\":P}', 'P', '9007199254740993')";
    let deep = "replace(hex(zeroblob(100000)), '00', '[')";
    for value in ["''", "'null'", "'{'", "'[]'", deep, huge, NOT_UTF8, NUL, numbers] {
        add("body", value, message("body", value));
    }
    for value in ["''", "char(1, 27)", huge, NOT_UTF8, NUL] {
        add("msgID", value, message("msg_id", value));
        add("user", value, stranger(value));
        add("group", value, group("group_id", value));
    }
    for value in ["' alice '", "'a\"b\\'"] {
        add("user", value, stranger(value));
    }
    for column in ["nick_name", "face_url"] {
        for value in [huge, NOT_UTF8, NUL] {
            add(column, value, message(column, value));
            let profile = format!("UPDATE user SET {column} = {value} WHERE user_id = 'mallory';");
            add("profile", value, profile + &tell("8", MALLORY));
        }
    }
    for value in [NOT_UTF8, NUL, huge] {
        let friend = format!("INSERT INTO friend VALUES ({ALICE}, {MALLORY}, {value});");
        add("friend", value, friend + &tell("9", MALLORY));
    }
    add("type", NOT_UTF8, group("type", NOT_UTF8));
    add("type", "'Nonsense'", group("type", "'Nonsense'"));
    add("name", NOT_UTF8, group("name", NOT_UTF8));
    for column in ["create_time", "role", "join_time"] {
        for value in [MAX, MIN, "12345"] {
            add(column, value, group(column, value));
        }
    }
    let columns = [
        "recv_opt",
        "is_pinned",
        "read_seq",
        "read_time",
        "cleared_seq",
        "deleted_seq",
    ];
    for column in columns {
        for value in [MAX, MIN, "-1", "99"] {
            let set = format!("UPDATE setting SET {column} = {value} WHERE user = {ALICE} AND conversation = {CHAT};");
            let told: String = ["6", "5", "4"].iter().map(|kind| tell(kind, CHAT)).collect();
            add(column, value, set + &told);
        }
    }
    for value in [MAX, MIN, "0", "-5", "99", "9007199254740990", "9007199254740991"] {
        for column in ["last_seq", "last_time"] {
            let set = format!("UPDATE conversation SET {column} = {value} WHERE id = {CHAT};");
            add(column, value, set + &tell("6", CHAT));
        }
        for column in ["time", "gone_seq", "gone_time"] {
            let set = format!(
                "INSERT OR IGNORE INTO listed (user, conversation, time) VALUES ({ALICE}, {CHAT}, 1); \
                 UPDATE listed SET {column} = {value} WHERE user = {ALICE} AND conversation = {CHAT};"
            );
            add(column, value, set + &tell("6", CHAT));
        }
        let out = format!(
            "INSERT INTO shared_setting (user, conversation, kind, value) VALUES ({ALICE}, {CHAT}, 'outOfList', \
             '{{\"time\":{value},\"id\":\"\"}}');"
        );
        add("out", value, out + &tell("6", CHAT));
    }
    for (time, device) in [(MAX, "'d'"), (MIN, "'d'"), ("1", "CAST(x'ff' AS TEXT)"), ("1", "''")] {
        for kind in ["pin", "recvOpt", "deleted", "odd"] {
            let set = format!(
                "INSERT OR REPLACE INTO setting_stamp (user, conversation, kind, time, device) \
                 VALUES ({ALICE}, {CHAT}, '{kind}', {time}, {device});"
            );
            let told: String = ["6", "5"].iter().map(|kind| tell(kind, CHAT)).collect();
            add("stamp", time, set + &told);
        }
    }
    // The last ones are of a later version.
    for kind in (1..=23).chain([99]) {
        for about in ["987654", "0", MAX] {
            add("nothing of kind", &kind.to_string(), tell(&kind.to_string(), about));
        }
    }
    for change in [MAX, "-5", "9007199254740993"] {
        let row = format!(
            "INSERT OR REPLACE INTO inbox (user, change_id, kind, ref) VALUES ({ALICE}, {change}, 8, {MALLORY});"
        );
        add("change", change, row);
    }
    rows
}
