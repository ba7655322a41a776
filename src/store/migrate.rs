//! Numbered migrations. `PRAGMA user_version` is the number of the last one applied.

use super::error::StoreResult;
use super::migrations::MIGRATIONS;
use crate::model::{Error, Status};
use rusqlite::{Connection, TransactionBehavior};
use std::collections::BTreeSet;

/// The number of the last migration that the database has.
fn version(db: &Connection) -> StoreResult<i64> {
    Ok(db.query_row("PRAGMA user_version", (), |row| row.get(0))?)
}

/// Why a database cannot be a cache, although SQLite can read it: `has_content` says that there was one.
pub(super) fn fault(db: &Connection, has_content: bool) -> StoreResult<Option<&'static str>> {
    let version = version(db)?;
    let objects: i64 = db.query_row("SELECT count(*) FROM sqlite_master", (), |row| row.get(0))?;
    // A column that every version of the schema has.
    let is_ours = db
        .prepare("SELECT 1 FROM pragma_table_info('account') WHERE name = 'last_activation'")?
        .exists(())?;
    Ok(match (version, objects) {
        (0, 0) if has_content => Some("it has lost its tables"),
        (0, 0) => None,
        _ if version <= 0 || !is_ours => Some("its tables are not those of a cache"),
        _ => None,
    })
}

/// What in the newest schema is not as the migrations make it, for the log: SQLite's check does not read the description of the
/// tables, and a column under another name is none of ours. The search index comes and goes by itself.
pub(super) fn changed_object(db: &Connection) -> StoreResult<Option<String>> {
    if usize::try_from(version(db)?) != Ok(MIGRATIONS.len()) {
        return Ok(None);
    }
    let mut fresh = Connection::open_in_memory()?;
    migrate(&mut fresh)?;
    let found = objects(db)?;
    let changed = objects(&fresh)?.into_iter().find(|object| !found.contains(object));
    Ok(changed.map(|(name, _)| format!("{} is not as it was made", String::from_utf8_lossy(&name))))
}

/// The names of tables and indexes, and the statements that made them.
fn objects(db: &Connection) -> StoreResult<BTreeSet<(Vec<u8>, Vec<u8>)>> {
    let sql = "SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema \
               WHERE sql IS NOT NULL AND name NOT LIKE '%search%'";
    let mut statement = db.prepare(sql)?;
    let objects = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(objects.collect::<rusqlite::Result<_>>()?)
}

/// Brings the schema up to date. Says whether the database was empty before.
pub(super) fn migrate(db: &mut Connection) -> StoreResult<bool> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored: u32 = transaction.query_row("PRAGMA user_version", (), |row| row.get(0))?;
    let version = usize::try_from(stored).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        return Err(Error::new(
            Status::DatabaseFailed,
            format!(
                "the cache has schema {version}; this libim knows up to {}: it was made by a newer one",
                MIGRATIONS.len()
            ),
        )
        .into());
    }
    // One transaction for all of them and the version: a process that dies in between leaves the schema it found.
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(
            None,
            "user_version",
            u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX),
        )?;
    }
    transaction.commit()?;
    Ok(version == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(db: &Connection) -> usize {
        super::version(db).unwrap() as usize
    }

    #[test]
    fn each_version_of_the_schema_becomes_the_newest_and_only_an_empty_file_is_new() {
        for from in 0..=MIGRATIONS.len() {
            let mut db = Connection::open_in_memory().unwrap();
            MIGRATIONS[..from].iter().for_each(|sql| db.execute_batch(sql).unwrap());
            db.pragma_update(None, "user_version", from as u32).unwrap();
            assert_eq!(migrate(&mut db).unwrap(), from == 0, "from {from}");
            assert_eq!(version(&db), MIGRATIONS.len(), "from {from}");
        }
    }

    #[test]
    fn a_file_of_a_newer_libim_is_refused_and_left_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        let error = migrate(&mut db).unwrap_err().into_error();
        assert_eq!(error.status, Status::DatabaseFailed);
        assert!(error.desc.contains("99"), "{}", error.desc);
        assert_eq!(version(&db), 99);
    }

    #[test]
    fn a_migration_keeps_what_was_stored() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(MIGRATIONS[0]).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        db.execute(
            "INSERT INTO conversation (conversation_id, draft_text) VALUES ('c2c_bob', 'hi')",
            (),
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let draft: String = db
            .query_row("SELECT draft_text FROM conversation", (), |row| row.get(0))
            .unwrap();
        assert_eq!(draft, "hi");
    }

    #[test]
    fn whoever_was_known_before_asks_to_be_asked_until_it_is_told_otherwise() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(&MIGRATIONS[..31].concat()).unwrap();
        db.pragma_update(None, "user_version", 31).unwrap();
        db.execute("INSERT INTO user (user_id, nick_name) VALUES ('bob', 'Bob')", ())
            .unwrap();
        migrate(&mut db).unwrap();
        let row: (String, i64) = db
            .query_row("SELECT nick_name, allow_type FROM user", (), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(row, ("Bob".to_owned(), 1));
    }

    #[test]
    fn rows_that_were_rendered_before_say_whether_their_last_message_is_edited() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(&MIGRATIONS[..32].concat()).unwrap();
        db.pragma_update(None, "user_version", 32).unwrap();
        let row = |id: i64, status: i64, body: &str| {
            db.execute_batch(&format!(
                r#"INSERT INTO conversation (id, conversation_id, json) VALUES
                       ({id}, 'c2c_{id}', '{{"orderkey":9007199254740993,"lastMessage":{{"msgID":"m{id}","a":"\u00e4"}}}}');
                   INSERT INTO message (conversation, position, seq, time, status, is_self, counts_unread, at_type,
                       is_excluded_from_last_message, msg_id, sender, nick_name, face_url, body)
                   VALUES ({id}, 1, 1, 1, {status}, 1, 0, 0, 0, 'm{id}', 'alice', '', '', '{body}')"#
            ))
            .unwrap();
        };
        let edited = r#"{"modified":{"time":1,"device":""}}"#;
        row(1, 2, edited);
        row(2, 2, "{}");
        row(3, 6, edited);
        row(4, 2, "damaged");
        db.execute_batch(
            r#"INSERT INTO conversation (id, conversation_id, json) VALUES
                   (5, 'c2c_5', ''), (6, 'c2c_6', '{"lastMessage":null}'), (7, 'c2c_7', '{damaged')"#,
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let json = |id: i64| -> String {
            let sql = "SELECT json FROM conversation WHERE id = ?1";
            db.query_row(sql, [id], |row| row.get(0)).unwrap()
        };
        for (id, is_edited) in [(1, true), (2, false), (3, false), (4, false)] {
            let message = format!(r#"{{"msgID":"m{id}","a":"\u00e4","isEdited":{is_edited},"#);
            let start = format!(r#"{{"orderkey":9007199254740993,"lastMessage":{message}"#);
            assert!(json(id).starts_with(&start), "{}", json(id));
        }
        assert_eq!([json(5), json(6), json(7)], ["", r#"{"lastMessage":null}"#, "{damaged"]);
    }

    #[test]
    fn rows_that_were_rendered_before_say_who_has_recalled_their_last_message() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(&MIGRATIONS[..34].concat()).unwrap();
        db.pragma_update(None, "user_version", 34).unwrap();
        for (id, conversation, status) in [
            (1, "c2c_bob", 6),
            (2, "c2c_carol", 6),
            (3, "c2c_dave", 2),
            (4, "group_g", 6),
        ] {
            let sender = conversation.split_once('_').unwrap().1;
            db.execute_batch(&format!(
                r#"INSERT INTO conversation (id, conversation_id, json) VALUES
                       ({id}, '{conversation}', '{{"lastMessage":{{"msgID":"m{id}"}}}}');
                   INSERT INTO message (conversation, position, seq, time, status, is_self, counts_unread, at_type,
                       is_excluded_from_last_message, msg_id, sender, nick_name, face_url, body)
                   VALUES ({id}, 1, 1, 1, {status}, 0, 0, 0, 0, 'm{id}', '{sender}', 'Signed', 'face', '{{}}')"#
            ))
            .unwrap();
        }
        db.execute_batch(
            "INSERT INTO user (user_id, nick_name, allow_type) VALUES ('bob', 'Bob', 0);
             INSERT INTO awaited_mark (conversation_id, mark, sender, kind, name) VALUES ('c2c_bob', 'revoked', 'bob', 'origin', 'o')",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let json = |id: i64| -> String {
            let sql = "SELECT json FROM conversation WHERE id = ?1";
            db.query_row(sql, [id], |row| row.get(0)).unwrap()
        };
        let by = |user: &str, name: &str, allow: i64| {
            format!(r#"{{"userID":"{user}","nickName":"{name}","faceUrl":"face","allowType":{allow}}}"#)
        };
        let revokers = [
            by("bob", "Bob", 0),
            by("carol", "Signed", 1),
            "null".to_owned(),
            "null".to_owned(),
        ];
        for (id, revoker) in (1..).zip(revokers) {
            assert_eq!(
                json(id),
                format!(r#"{{"lastMessage":{{"msgID":"m{id}","revokerInfo":{revoker},"revokeReason":""}}}}"#)
            );
        }
        let revoker = |id: i64| {
            crate::store::revocation::of(&db, id)
                .unwrap()
                .and_then(|recall| recall.by)
        };
        assert_eq!(revoker(1).unwrap().as_str(), "bob");
        assert_eq!((revoker(3), revoker(4)), (None, None));
    }

    #[test]
    fn requests_to_join_stay_beside_invitations_after_a_migration() {
        let mut db = Connection::open_in_memory().unwrap();
        let place = MIGRATIONS
            .iter()
            .position(|sql| sql.contains("group_application_of_user"));
        let before = place.unwrap();
        db.execute_batch(&MIGRATIONS[..before].concat()).unwrap();
        db.pragma_update(None, "user_version", i64::try_from(before).unwrap())
            .unwrap();
        db.execute_batch(
            "INSERT INTO group_application VALUES ('team', 'bob', 7, 'Hi', 1);
             INSERT INTO group_info (group_id, group_type) VALUES ('team', 'Public'), ('crew', 'Work');",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let row: (i64, String, String, i64, String, bool) = db
            .query_row(
                "SELECT type, from_user, to_user, time, message, is_read FROM group_application",
                (),
                |row| {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                        row.get(5)?,
                    ))
                },
            )
            .unwrap();
        assert_eq!(row, (0, "bob".to_owned(), String::new(), 7, "Hi".to_owned(), true));
        let of = |group: &str| -> i64 {
            let sql = "SELECT approve_opt FROM group_info WHERE group_id = ?1";
            db.query_row(sql, [group], |row| row.get(0)).unwrap()
        };
        assert_eq!((of("team"), of("crew")), (0, 2));
    }

    #[test]
    fn what_waits_for_a_message_still_waits_after_a_migration() {
        let mut db = Connection::open_in_memory().unwrap();
        MIGRATIONS[..2].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        db.pragma_update(None, "user_version", 2).unwrap();
        db.execute(
            "INSERT INTO awaited (conversation_id, effect, kind, name, sender) \
             VALUES ('c2c_bob', 'revoked', 'origin', 'o', 'bob')",
            (),
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let mark: String = db
            .query_row(
                "SELECT mark FROM awaited_mark WHERE name = 'o' AND sender = 'bob'",
                (),
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(mark, "revoked");
    }

    #[test]
    fn what_waits_counts_against_its_limit_after_a_migration() {
        let mut db = Connection::open_in_memory().unwrap();
        MIGRATIONS[..25].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        db.pragma_update(None, "user_version", 25).unwrap();
        db.execute(
            "INSERT INTO awaited_change (conversation_id, change, sender, kind, name, value) \
             VALUES ('c2c_bob', 'modified', 'bob', 'origin', 'o', 'ü')",
            (),
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let size: i64 = db
            .query_row("SELECT sum(size) FROM awaited_change", (), |row| row.get(0))
            .unwrap();
        assert_eq!(size, 3);
    }

    #[test]
    fn a_message_that_was_refused_before_has_no_reason_after_a_migration() {
        let mut db = Connection::open_in_memory().unwrap();
        MIGRATIONS[..23].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        db.pragma_update(None, "user_version", 23).unwrap();
        db.execute_batch(
            "INSERT INTO conversation (id, conversation_id) VALUES (1, 'c2c_bob');
             INSERT INTO message (conversation, position, seq, time, status, is_self, counts_unread, at_type,
                 is_excluded_from_last_message, msg_id, sender, nick_name, face_url, body)
             VALUES (1, 1, 0, 1, 3, 1, 0, 0, 0, 'm', 'alice', '', '', '{}')",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let row = crate::store::message::by_msg_id(&db, "m").unwrap().unwrap();
        assert_eq!((row.msg_id.as_str(), row.error_code), ("m", 0));
        assert_eq!(crate::store::media::unsent_bodies(&db).unwrap(), ["{}"]);
    }

    #[test]
    fn marks_and_groups_of_before_are_found_by_both_after_a_migration() {
        let mut db = Connection::open_in_memory().unwrap();
        MIGRATIONS[..14].iter().for_each(|sql| db.execute_batch(sql).unwrap());
        db.pragma_update(None, "user_version", 14).unwrap();
        db.execute_batch(
            "INSERT INTO conversation_group VALUES (1024, 'one'), (2048, 'two');
             INSERT INTO conversation
                 (id, conversation_id, orderkey, last_time, recv_opt, unread_count, marks, group_keys, facets)
             VALUES (1, 'c2c_a', 10, 1, 0, 5, 1 | (1 << 52), '1024,2048,4096', 14),
                    (2, 'c2c_b', 20, 2, 0, 7, 1, '', 10),
                    (3, 'c2c_c', 30, 3, 2, 9, 0, '1024', 12),
                    (4, 'c2c_d', NULL, -1, 0, 3, 1, '1024', 0),
                    (5, 'c2c_e', 50, 5, 0, 2, 1, '', 10);
             INSERT INTO conversation_tag VALUES (0, 14, 10, 1, 1)",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let rows = |sql: &str| -> Vec<String> {
            let mut statement = db.prepare(sql).unwrap();
            let rows = statement.query_map((), |row| row.get(0)).unwrap();
            rows.collect::<rusqlite::Result<_>>().unwrap()
        };
        let tags =
            "SELECT concat_ws(' ', group_key, mark, facets, orderkey, last_time, conversation) FROM conversation_tag";
        assert_eq!(
            rows(tags),
            [
                "0 0 10 20 2 2",
                "0 0 10 50 5 5",
                "0 0 14 10 1 1",
                "0 52 14 10 1 1",
                "1024 -1 12 30 3 3",
                "1024 -1 14 10 1 1",
                "1024 0 14 10 1 1",
                "1024 52 14 10 1 1",
                "2048 -1 14 10 1 1",
                "2048 0 14 10 1 1",
                "2048 52 14 10 1 1"
            ]
        );
        let sums = "SELECT concat_ws(' ', group_key, facets, marks, unread) FROM unread_sum";
        let both = 1_i64 | 1 << 52;
        assert_eq!(
            rows(sums),
            [
                "0 10 1 9".to_owned(),
                format!("0 14 {both} 5"),
                format!("1024 14 {both} 5"),
                format!("2048 14 {both} 5")
            ]
        );
    }
}
