//! The cache: what survives restarts, who may open it, and what happens when it is damaged, busy or full.

mod support;

use im::engine::{CacheReport, Direction, Engine, EngineOptions, HistoryQuery};
use im::events::{Dispatcher, Event};
use im::model::*;
use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;
use support::app::Heard;
use support::engine::*;
use support::temp_dir;

#[test]
fn pinned_conversations_keep_their_order_among_themselves() {
    let dir = temp_dir();
    let (engine, _) = open(&options(dir.path(), &Clock::default()));
    for user in ["5", "4", "3", "2", "1"] {
        apply(&engine, true, vec![message(user, 1, START)]);
    }
    engine.set_pinned(&c2c("2"), true).unwrap();
    engine.set_pinned(&c2c("3"), true).unwrap();
    let ids: Vec<String> = ["2", "3", "1", "4", "5"]
        .iter()
        .map(|user| format!("c2c_{user}"))
        .collect();
    assert_eq!(walk(&engine, 10), ids);
    engine.set_pinned(&c2c("3"), false).unwrap();
    engine.set_pinned(&c2c("2"), false).unwrap();
    assert_eq!(
        walk(&engine, 10),
        (1..=5).map(|user| format!("c2c_{user}")).collect::<Vec<_>>()
    );
}

#[test]
fn a_clock_that_goes_back_changes_nothing_about_the_order_also_after_a_restart() {
    let dir = temp_dir();
    let clock = Clock::default();
    let options = options(dir.path(), &clock);
    let (engine, _) = open(&options);
    clock.set(START + 1_000_000);
    engine.set_draft(&c2c("first"), "x").unwrap();
    clock.set(START);
    engine.set_draft(&c2c("second"), "x").unwrap();
    engine.close();
    let (engine, _) = open(&options);
    engine.set_draft(&c2c("third"), "x").unwrap();
    assert_eq!(walk(&engine, 10), ["c2c_third", "c2c_second", "c2c_first"]);
}

#[test]
fn a_conversation_is_told_as_new_once_also_over_restarts_and_again_after_a_deletion() {
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    let run = |work: &dyn Fn(&Engine)| {
        let dispatcher = Dispatcher::start().unwrap();
        let heard = Heard::default();
        dispatcher.add_listener(0, Arc::new(heard.clone()));
        let (engine, _) = Engine::open(options.clone(), dispatcher.queue()).unwrap();
        work(&engine);
        let (done, is_done) = std::sync::mpsc::channel();
        dispatcher
            .queue()
            .push_completion(Box::new(move || done.send(()).unwrap()));
        is_done.recv().unwrap();
        engine.close();
        dispatcher.close();
        (
            heard.count(Event::NewConversation),
            heard.count(Event::ConversationChanged),
        )
    };
    assert_eq!(
        run(&|engine| apply(engine, true, vec![message("bob", 1, START)])),
        (1, 0)
    );
    assert_eq!(
        run(&|engine| apply(engine, true, vec![message("bob", 2, START)])),
        (0, 1)
    );
    assert_eq!(
        run(&|engine| apply(engine, true, vec![message("bob", 2, START)])),
        (0, 0),
        "the same again"
    );
    assert_eq!(run(&|engine| engine.delete_conversation(&c2c("bob")).unwrap()), (0, 0));
    assert_eq!(
        run(&|engine| apply(engine, true, vec![message("bob", 3, START)])),
        (1, 0)
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_cache() {
    use std::os::unix::fs::PermissionsExt;
    let dir = temp_dir();
    let (engine, _) = open(&options(dir.path(), &Clock::default()));
    engine.set_draft(&c2c("bob"), "secret").unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let account = dir.path().join("alice");
    assert_eq!(mode(&account), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(&account).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 3, "the database, its log and the lock");
}

#[test]
fn a_cache_is_its_users_own_and_open_once() {
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    let (engine, report) = open(&options);
    assert_eq!(report, CacheReport::Created);
    let again = Engine::open(options.clone(), im::events::EventQueue::new())
        .err()
        .unwrap();
    assert_eq!(again.status, Status::AccountInUse);
    engine.close();
    assert_eq!(engine.total_unread().unwrap_err().status, Status::NotInitialized);
    let bob = EngineOptions {
        user_id: UserId::trusted("bob"),
        ..options.clone()
    };
    let error = Engine::open(bob, im::events::EventQueue::new()).err().unwrap();
    assert!(
        error.desc.contains("alice") && error.desc.contains("bob"),
        "{}",
        error.desc
    );
    assert_eq!(open(&options).1, CacheReport::Opened);
}

/// Overwrites a part of the closed database.
fn scribble(dir: &std::path::Path, from: u64, bytes: usize) {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .open(dir.join("alice/im.db"))
        .unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xa5; bytes]).unwrap();
}

#[test]
fn a_file_that_is_no_database_any_more_is_moved_aside_and_rebuilt() {
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    let (engine, _) = open(&options);
    apply(&engine, false, vec![message("bob", 1, START)]);
    engine.close();
    scribble(dir.path(), 0, 4096);
    let (engine, report) = open(&options);
    assert_eq!(report, CacheReport::Rebuilt { salvaged: 0 });
    assert!(walk(&engine, 10).is_empty());
    assert_eq!(engine.cursor().unwrap(), None, "everything is synced again");
    assert!(
        dir.path().join("alice/im.db.damaged-1").exists(),
        "the old file is kept"
    );
    engine.close();
    assert_eq!(open(&options).1, CacheReport::Opened);
}

#[test]
fn damage_that_shows_later_fails_the_call_and_rebuilds_at_the_next_open_and_the_outbox_is_saved() {
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    let (engine, _) = open(&options);
    engine.send(&c2c("bob"), text("keep me")).unwrap();
    engine.set_pinned(&c2c("bob"), true).unwrap();
    engine.set_recv_opt(&[c2c("carol")], RecvOpt::NotNotify).unwrap();
    apply(
        &engine,
        true,
        (0..2000)
            .map(|number| message(&format!("u{number}"), 1, START))
            .collect(),
    );
    let sent = engine
        .history(&c2c("bob"), &HistoryQuery::new(Direction::Older, 1))
        .unwrap();
    engine.close();
    // In the middle of the file, where the rows of the list are.
    let length = std::fs::metadata(dir.path().join("alice/im.db")).unwrap().len();
    scribble(dir.path(), length / 4096 / 2 * 4096, 40 * 4096);

    let (engine, report) = open(&options);
    assert_eq!(report, CacheReport::Opened, "the damage does not show at once");
    let errors: Vec<Error> = (0..2000)
        .filter_map(|number| {
            let id = c2c(&format!("u{number}"));
            engine
                .history(&id, &HistoryQuery::new(Direction::Older, 1))
                .and(engine.conversation(&id))
                .err()
        })
        .collect();
    assert!(
        errors.iter().any(|error| error.status == Status::DatabaseFailed),
        "{errors:?}"
    );
    engine.close();

    let (engine, report) = open(&options);
    assert_eq!(report, CacheReport::Rebuilt { salvaged: 4 });
    assert_eq!(walk(&engine, 10), ["c2c_bob"]);
    assert_eq!(
        engine
            .history(&c2c("bob"), &HistoryQuery::new(Direction::Older, 1))
            .unwrap(),
        sent,
        "the message that was not sent"
    );
    let row: serde_json::Value = serde_json::from_str(&engine.conversation(&c2c("bob")).unwrap()).unwrap();
    assert_eq!(row["isPinned"], true);
    let mut kinds = Vec::new();
    while let Some(entry) = engine.next_outbound().unwrap() {
        kinds.push(match entry.command {
            Outbound::Send(_) => "send".to_owned(),
            Outbound::Set { setting, .. } => setting.setting.kind().name().into_owned(),
            Outbound::SubscribeProfile { .. } => "watch".to_owned(),
            other => panic!("{other:?}"),
        });
        engine.complete_outbound(entry.id, Outcome::Done).unwrap();
    }
    assert_eq!(kinds, ["send", "watch", "pin", "recvOpt"]);
}

#[test]
fn a_database_that_another_process_locks_fails_the_call_and_loses_nothing() {
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    let (engine, _) = open(&options);
    engine.set_draft(&c2c("bob"), "before").unwrap();
    let other = rusqlite::Connection::open(dir.path().join("alice/im.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(
        engine.set_draft(&c2c("bob"), "during").unwrap_err().status,
        Status::DatabaseFailed
    );
    assert_eq!(walk(&engine, 10), ["c2c_bob"], "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    engine.set_draft(&c2c("bob"), "after").unwrap();
    engine.close();
    assert_eq!(open(&options).1, CacheReport::Opened, "busy is not damaged");
}

/// Whether any file of the account holds a text.
fn is_on_disk(account: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(account).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
fn what_was_recalled_deleted_or_cleared_is_gone_from_the_files_when_the_client_is_closed() {
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    let (engine, _) = open(&options);
    // The last word is in lower case in the search index alone, which does not store its first letters with every word.
    let end = |what: &str| format!("{}tail", &what[2..]);
    let secret = |what: &str, number: usize| {
        let word = format!("{}{what}tail", char::from(b"abcdefghijkl"[number])).to_uppercase();
        format!("secret-{what}-{number}-{} {word}", "x".repeat(number * 97))
    };
    let count = 12;
    let send = |user: &str, what: &str, number: usize| {
        let sent = engine.send(&c2c(user), text(&secret(what, number))).unwrap();
        let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
        sent["msgID"].as_str().unwrap().to_owned()
    };
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push([send("bob", "recalled", number), send("bob", "deleted", number)]);
        send("carol", "cleared", number);
        send("dave", "removed", number);
    }
    // Enough of others that all of it is in the search index.
    for number in 0..256 {
        engine.send(&c2c("erin"), text(&format!("filler {number}"))).unwrap();
    }
    while !engine.index_some().unwrap() {}
    let account = dir.path().join("alice");
    let kinds = ["recalled", "deleted", "cleared", "removed"];
    assert!(kinds.iter().all(|what| is_on_disk(&account, &end(what))));
    while let Some(entry) = engine.next_outbound().unwrap() {
        let outcome = match entry.command {
            Outbound::Send(_) => Outcome::Sent {
                seq: u64::try_from(entry.id).unwrap(),
                time: Micros(START * 1_000_000),
            },
            _ => Outcome::Done,
        };
        engine.complete_outbound(entry.id, outcome).unwrap();
    }
    for [recalled, deleted] in &ids {
        engine.revoke(recalled).unwrap();
        engine.delete_messages(std::slice::from_ref(deleted)).unwrap();
    }
    engine.clear_history(&c2c("carol")).unwrap();
    engine.delete_conversation(&c2c("dave")).unwrap();
    while let Some(entry) = engine.next_outbound().unwrap() {
        engine.complete_outbound(entry.id, Outcome::Done).unwrap();
    }
    engine.close();
    for what in kinds {
        for number in 0..count {
            let text = format!("secret-{what}-{number}-");
            assert!(!is_on_disk(&account, &text), "{text}");
        }
        assert!(!is_on_disk(&account, &end(what)), "{what}");
    }
}

#[cfg(unix)]
#[test]
fn files_of_others_are_refused_and_files_that_anyone_could_read_are_made_private() {
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    let dir = temp_dir();
    let options = options(dir.path(), &Clock::default());
    open(&options).0.close();
    let account = dir.path().join("alice");
    let file = account.join("im.db");
    for (path, mode) in [(&account, 0o777), (&file, 0o666)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    open(&options).0.close();
    for (path, mode) in [(&account, 0o700), (&file, 0o600)] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
    }
    let refused = || {
        Engine::open(options.clone(), im::events::EventQueue::new())
            .err()
            .unwrap()
    };
    // Only root can give a file away.
    if chown(&file, Some(12345), None).is_ok() {
        let error = refused();
        assert!(
            error.status == Status::IoFailed && error.desc.contains("another user"),
            "{}",
            error.desc
        );
    }
    let elsewhere = dir.path().join("elsewhere");
    std::fs::rename(&file, &elsewhere).unwrap();
    symlink(&elsewhere, &file).unwrap();
    let error = refused();
    assert!(
        error.status == Status::IoFailed && error.desc.contains("link"),
        "{}",
        error.desc
    );
}
