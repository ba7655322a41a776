//! The rows of what came later: edits, reactions, receipts, typing, files, applications, mutes, name cards, labels.

use super::rows::{ALICE, CHAT, MALLORY, MAX, MIN, NOT_UTF8, NUL, group, message, tell};

/// What mallory has said to alice, and what alice has asked mallory to confirm.
const HELLO: &str = "(SELECT min(id) FROM message WHERE sender = (SELECT id FROM user WHERE user_id = 'mallory'))";
const ASKS: &str = "(SELECT min(id) FROM message WHERE sender = (SELECT id FROM user WHERE user_id = 'alice'))";
const HUGE: &str = "hex(zeroblob(1000000))";
const NUMBERS: [&str; 6] = [MAX, MIN, "-1", "0", "9007199254740993", "99"];
const TEXTS: [&str; 4] = [HUGE, NOT_UTF8, NUL, "''"];
/// Elements with numbers that JavaScript does not have exactly, or that no enumeration has.
const BODIES: [&str; 6] = [
    r#"{"elem":{"face":{"index":9007199254740993,"data":""}}}"#,
    r#"{"elem":{"face":{"index":-9223372036854775808,"data":""}}}"#,
    r#"{"elem":{"sound":{"path":"","uuid":"","dataSize":9223372036854775807,"duration":9007199254740993,"url":""}}}"#,
    r#"{"elem":{"file":{"path":"","fileName":"x","uuid":"../../x","url":"","fileSize":9223372036854775807}}}"#,
    r#"{"elem":{"location":{"desc":"","longitude":1e300,"latitude":-1e300}}}"#,
    r#"{"elem":{"text":{"text":"x"}},"random":4294967295,"modified":{"time":9223372036854775807,"device":"d"}}"#,
];

/// A table's row, with one column as given.
fn row(table: &str, plain: &[(&str, &str)], column: &str, value: &str) -> String {
    let names: Vec<&str> = plain.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = plain
        .iter()
        .map(|(name, plain)| {
            if *name == column {
                value.to_owned()
            } else {
                (*plain).to_owned()
            }
        })
        .collect();
    format!(
        "INSERT OR REPLACE INTO {table} ({}) VALUES ({}); ",
        names.join(", "),
        values.join(", ")
    )
}

/// Tells alice of something in several ways.
fn tell_all(kinds: &[u8], about: &str) -> String {
    kinds.iter().map(|kind| tell(&kind.to_string(), about)).collect()
}

/// All the rows, by what is wrong with them.
pub(super) fn rows() -> Vec<(String, String)> {
    let mut rows = Vec::new();
    messages(&mut |name, value, sql| rows.push((format!("{name} {value}"), sql)));
    moments(&mut |name, value, sql| rows.push((format!("{name} {value}"), sql)));
    people(&mut |name, value, sql| rows.push((format!("{name} {value}"), sql)));
    groups(&mut |name, value, sql| rows.push((format!("{name} {value}"), sql)));
    labels(&mut |name, value, sql| rows.push((format!("{name} {value}"), sql)));
    rows
}

type Add<'a> = &'a mut dyn FnMut(&str, &str, String);

fn messages(add: Add<'_>) {
    for body in BODIES {
        let value = format!("'{body}'");
        add("element", body, message("body", &value));
        let edit = format!("UPDATE message SET body = {value} WHERE id = {HELLO}; ");
        add("edit", body, edit + &tell("13", HELLO));
    }
    for body in ["'{'", "''", NOT_UTF8, HUGE] {
        let edit = format!("UPDATE message SET body = {body} WHERE id = {HELLO}; ");
        add("edit", body, edit + &tell("13", HELLO));
    }
    for by in ["987654", MAX] {
        let recall = format!("UPDATE message SET is_revoked = 1, revoked_by = {by} WHERE id = {HELLO}; ");
        add("revoked_by", by, recall + &tell("2", HELLO));
    }
    let many = "(WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000) \
        SELECT json_group_array('r' || x) FROM n)";
    let reaction = [
        ("message", HELLO),
        ("user", MALLORY),
        ("reactions", "'[\"a\"]'"),
        ("time", "5"),
        ("device", "'d'"),
    ];
    let sets = [
        "'['",
        "'{}'",
        "'[1,null]'",
        "'[\"\",\"\"]'",
        "json_array(hex(zeroblob(100000)))",
        many,
        NOT_UTF8,
        NUL,
        HUGE,
    ];
    for value in sets {
        add(
            "reactions",
            value,
            row("reaction", &reaction, "reactions", value) + &tell("14", HELLO),
        );
    }
    for value in NUMBERS {
        add(
            "reaction time",
            value,
            row("reaction", &reaction, "time", value) + &tell("14", HELLO),
        );
    }
    for value in TEXTS {
        add(
            "reaction device",
            value,
            row("reaction", &reaction, "device", value) + &tell("14", HELLO),
        );
    }
    for (message, user) in [(ASKS, MALLORY), (HELLO, ALICE), (ASKS, "987654"), ("987654", MALLORY)] {
        for time in NUMBERS {
            let receipt = [("id", "77"), ("message", ""), ("user", ""), ("time", time)];
            let receipt = receipt.map(|(name, plain)| match name {
                "message" => (name, message),
                "user" => (name, user),
                _ => (name, plain),
            });
            add("receipt", time, row("receipt", &receipt, "", "") + &tell("16", "77"));
        }
    }
    for value in NUMBERS {
        let set = format!("UPDATE setting SET delivered_seq = {value} WHERE conversation = {CHAT}; ");
        add("delivered_seq", value, set + &tell("15", CHAT));
        add("fetched", value, format!("UPDATE user SET fetched = {value}; "));
    }
    for name in ["'../../../etc/passwd'", "''", NOT_UTF8, NUL, HUGE] {
        let of = format!("INSERT INTO message_file (name, message) VALUES ({name}, {HELLO}), ({name}, 987654); ");
        add("message_file", name, of);
        for due in [MAX, MIN, "0"] {
            add(
                "unused_file",
                name,
                format!("INSERT INTO unused_file (name, due) VALUES ({name}, {due}); "),
            );
        }
    }
}

fn moments(add: Add<'_>) {
    let now = "CAST(strftime('%s') AS INTEGER) * 1000000";
    let told = [
        ("user", ALICE),
        ("sender", MALLORY),
        ("kind", "3"),
        ("time", now),
        ("message", "55"),
    ];
    let said = [
        ("id", "55"),
        ("msg_id", "hex(randomblob(16))"),
        ("group_id", "NULL"),
        ("nick_name", "'n'"),
        ("face_url", "''"),
        ("body", "'{\"elem\":{\"text\":{\"text\":\"now\"}}}'"),
        ("time", now),
    ];
    for column in ["msg_id", "group_id", "nick_name", "face_url", "body"] {
        for value in TEXTS {
            add(
                "online",
                value,
                row("online_message", &said, column, value) + &row("ephemeral", &told, "", ""),
            );
        }
    }
    add(
        "online",
        "'nowhere'",
        row("online_message", &said, "group_id", "'nowhere'") + &row("ephemeral", &told, "", ""),
    );
    for body in BODIES {
        let value = format!("'{body}'");
        add(
            "online",
            body,
            row("online_message", &said, "body", &value) + &row("ephemeral", &told, "", ""),
        );
    }
    for value in NUMBERS {
        add(
            "online time",
            value,
            row("online_message", &said, "time", value) + &row("ephemeral", &told, "", ""),
        );
        add("ephemeral time", value, row("ephemeral", &told, "time", value));
        add("ephemeral kind", value, row("ephemeral", &told, "kind", value));
        add("ephemeral sender", value, row("ephemeral", &told, "sender", value));
    }
    for token in [MAX, MIN] {
        add("moment", token, format!("UPDATE moment SET token = {token}; "));
    }
    for change in ["-5", "9007199254740993"] {
        add(
            "moment of",
            change,
            format!("INSERT INTO moment (change_id, token) VALUES ({change}, 1); "),
        );
    }
}

fn people(add: Add<'_>) {
    let asks = [
        ("user", ALICE),
        ("peer", MALLORY),
        ("kind", "1"),
        ("time", "1700000000000000"),
        ("source", "'s'"),
        ("wording", "'w'"),
        ("remark", "'r'"),
    ];
    for (column, values) in [
        ("time", &NUMBERS[..]),
        ("kind", &NUMBERS),
        ("source", &TEXTS),
        ("wording", &TEXTS),
        ("remark", &TEXTS),
    ] {
        for value in values {
            add(
                column,
                value,
                row("friend_application", &asks, column, value) + &tell("18", MALLORY),
            );
        }
    }
    for value in NUMBERS {
        for column in ["applications_read", "group_applications_read"] {
            let set = format!("UPDATE user SET {column} = {value} WHERE user_id = 'alice'; ");
            add(column, value, set + &tell_all(&[19, 22], ALICE));
        }
        let set = format!("UPDATE user SET allow_type = {value}; ");
        add(
            "allow_type",
            value,
            set + &tell_all(&[8], MALLORY) + &tell_all(&[8], ALICE),
        );
    }
}

fn groups(add: Add<'_>) {
    let set = |table: &str, column: &str, value: &str| {
        group("", "")
            + &format!("UPDATE {table} SET {column} = {value} WHERE conversation = 901; ")
            + &tell("10", "901")
    };
    for value in NUMBERS {
        add("mute_until", value, set("member", "mute_until", value));
        for column in ["is_all_muted", "add_opt", "approve_opt", "is_dismissed"] {
            add(column, value, set("chat_group", column, value));
        }
    }
    for value in TEXTS {
        add("name_card", value, set("member", "name_card", value));
        for column in ["introduction", "notification"] {
            add(column, value, set("chat_group", column, value));
        }
    }
    let asks = [
        ("id", "66"),
        ("conversation", "901"),
        ("user", MALLORY),
        ("inviter", "NULL"),
        ("time", "1700000000000000"),
        ("message", "'m'"),
        ("state", "0"),
        ("decided_by", "NULL"),
        ("reason", "''"),
    ];
    let numbers = ["conversation", "user", "inviter", "time", "state", "decided_by"];
    for (column, value) in numbers.iter().flat_map(|column| NUMBERS.map(|value| (*column, value))) {
        add(
            column,
            value,
            group("role", "400") + &row("group_application", &asks, column, value) + &tell_all(&[20, 21], "66"),
        );
    }
    for (column, value) in ["message", "reason"]
        .iter()
        .flat_map(|column| TEXTS.map(|value| (*column, value)))
    {
        add(
            column,
            value,
            group("role", "400") + &row("group_application", &asks, column, value) + &tell_all(&[20, 21], "66"),
        );
    }
    let out = [
        ("user", ALICE),
        ("conversation", "901"),
        ("type", "'Work'"),
        ("name", "'n'"),
        ("face_url", "''"),
        ("removed_by", MALLORY),
    ];
    let left = |column: &str, value: &str| {
        group("", "")
            + "DELETE FROM member WHERE conversation = 901; "
            + &row("former_member", &out, column, value)
            + &tell("11", "901")
    };
    for value in ["987654", MAX, "NULL"] {
        add("removed_by", value, left("removed_by", value));
    }
    for (column, value) in ["type", "name", "face_url"]
        .iter()
        .flat_map(|column| TEXTS.map(|value| (*column, value)))
    {
        add(column, value, left(column, value));
    }
}

fn labels(add: Add<'_>) {
    let kinds = [
        "'mark.2'",
        "'mark.99'",
        "'mark.'",
        "'customData'",
        "'group.0000000000000001'",
        "'group.x'",
        "'groupName.1'",
        NOT_UTF8,
    ];
    let values = [
        "'{'",
        "'null'",
        "'{\"value\":9007199254740993,\"time\":9223372036854775807,\"device\":\"d\"}'",
        NOT_UTF8,
        HUGE,
        NUL,
    ];
    for (kind, value) in kinds.iter().flat_map(|kind| values.map(|value| (*kind, value))) {
        let plain = [
            ("user", ALICE),
            ("conversation", CHAT),
            ("kind", kind),
            ("value", value),
        ];
        add(kind, value, row("shared_setting", &plain, "", "") + &tell("6", CHAT));
    }
}
