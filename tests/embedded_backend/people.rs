//! Profiles, who is told of them, and friends.

use crate::support::*;
use im::backend::{Backend, NewFriend};
use im::model::*;

#[test]
fn a_new_name_reaches_who_chats_with_shows_or_befriended_the_user() {
    let (_dir, path) = place();
    let bob = Client::login(&path, "bob");
    let tablet = Client::login(&path, "bob");
    let [peer, watcher, friend, stranger] =
        ["peer", "watcher", "friend", "stranger"].map(|name| Client::login(&path, name));
    peer.send(&c2c("bob"), "hi");
    watcher.done(Outbound::SubscribeProfile {
        conversation: c2c("bob"),
    });
    friend
        .backend
        .add_friend(&NewFriend::of(user("bob"), ""), &deadline())
        .unwrap();
    bob.backend.set_self_info(Some("Bob"), None, &deadline()).unwrap();
    bob.look(|record| assert_eq!(record.nick_name("bob"), Some("Bob"), "told before the call returned"));
    for client in [&tablet, &peer, &watcher, &friend] {
        client.wait("the name", |record| record.nick_name("bob") == Some("Bob"));
    }
    stranger.catch_up();
    stranger.look(|record| assert_eq!(record.nick_name("bob"), None));
}

#[test]
fn a_first_message_and_a_watch_tell_the_name_as_it_is() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    let carol = Client::login(&path, "carol");
    alice.backend.set_self_info(Some("Alice"), None, &deadline()).unwrap();
    bob.backend.set_self_info(Some("Bob"), None, &deadline()).unwrap();
    alice.send(&c2c("bob"), "hi");
    bob.wait_text(&c2c("alice"), "hi");
    bob.look(|record| assert_eq!(record.nick_name("alice"), Some("Alice")));
    alice.wait("the peer's name", |record| record.nick_name("bob") == Some("Bob"));
    carol.done(Outbound::SubscribeProfile {
        conversation: c2c("bob"),
    });
    carol.wait("the watched name", |record| record.nick_name("bob") == Some("Bob"));
}

#[test]
fn users_info_knows_who_ever_logged_in() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    Client::login(&path, "bob");
    alice.send(&c2c("nobody"), "a mailbox is no user yet");
    let found = alice
        .backend
        .users_info(&["bob", "nobody", "alice"].map(user), &deadline())
        .unwrap();
    let ids: Vec<_> = found.iter().map(|profile| profile.user_id.as_str()).collect();
    assert_eq!(ids, ["bob", "alice"]);
}

#[test]
fn friends_are_on_every_device_of_who_added_them_only() {
    let (_dir, path) = place();
    let alice = Client::login(&path, "alice");
    let bob = Client::login(&path, "bob");
    let friend = |record: &Record| {
        record
            .changes()
            .filter_map(|change| match change {
                Change::Friend { user_id, remark } if *user_id == user("bob") => Some(remark.clone()),
                _ => None,
            })
            .last()
    };
    let call = deadline();
    alice
        .backend
        .add_friend(&NewFriend::of(user("bob"), "Bobby"), &call)
        .unwrap();
    assert_eq!(alice.look(friend), Some(Some("Bobby".to_owned())));
    let tablet = Client::login(&path, "alice");
    assert_eq!(tablet.look(friend), Some(Some("Bobby".to_owned())));
    alice.backend.set_friend_remark(&user("bob"), "Rob", &call).unwrap();
    tablet.wait("the remark", |record| friend(record) == Some(Some("Rob".to_owned())));
    alice.backend.delete_friend(&user("bob"), &call).unwrap();
    tablet.wait("the end", |record| friend(record) == Some(None));
    bob.catch_up();
    bob.look(|record| assert!(!record.changes().any(|change| matches!(change, Change::Friend { .. }))));

    let gone = alice.backend.set_friend_remark(&user("bob"), "x", &call).unwrap_err();
    assert_eq!(gone.status, Status::InvalidParameters);
    let oneself = alice
        .backend
        .add_friend(&NewFriend::of(user("alice"), ""), &call)
        .unwrap_err();
    assert_eq!(oneself.status, Status::InvalidParameters);
    assert!(oneself.desc.contains("\"alice\""), "{oneself}");
}
