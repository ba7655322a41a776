//! Messages that a server moves from one of its processes to another while the session is handed over: they arrive, and come
//! into the archive, behind what was sent after them.

use super::catch_up::{catch_up, close_gap};
use crate::backend::xmpp::features::all::Features;
use crate::backend::xmpp::features::archive::End;
use crate::backend::xmpp::session::Session;
use crate::backend::xmpp::session::tests::{Account, run, session};
use crate::backend::xmpp::stanza::archive::tests::entry;
use crate::backend::xmpp::stanza::archive::{Entry, Page};
use crate::backend::xmpp::stanza::lenient;
use crate::backend::xmpp::time::stamp;
use crate::model::{Change, Micros};
use std::rc::Rc;
use tokio::task::spawn_local;
use tokio_xmpp::Stanza;
use xmpp_parsers::iq::Iq;
use xmpp_parsers::message::Message;

fn message(xml: &str) -> Message {
    match lenient::stanza(xml.parse().unwrap()) {
        Some(Stanza::Message(message)) => message,
        _ => panic!("no message: {xml}"),
    }
}

/// Bob says something that the archive has under its name.
fn said(text: &str, stanza_id: &str) -> String {
    format!(
        "<message xmlns='jabber:client' from='bob@im.test/x' to='alice@im.test' type='chat' id='m{text}'><body>{text}</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='m{text}'/>{stanza_id}</message>"
    )
}

/// The archive answers a question with messages and their ages in seconds.
fn answer(features: &Features, question: Stanza, entries: &[(&str, i64)]) {
    answer_part(features, question, entries, true);
}

/// The same, and says whether that is all.
fn answer_part(features: &Features, question: Stanza, entries: &[(&str, i64)], is_last: bool) {
    let Stanza::Iq(Iq::Set { id, payload, .. }) = question else {
        panic!("no question");
    };
    let query = payload.attr("queryid").unwrap();
    for (text, age) in entries {
        let time = stamp(Micros(features.session.clock.now().0 - age * 1_000_000));
        let said = said(text, "");
        let result = format!(
            "<message xmlns='jabber:client' from='alice@im.test'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{text}'>\
             <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{time}'/>{said}</forwarded></result>\
             </message>"
        );
        assert!(features.archive.take_result(message(&result)).is_none());
    }
    let (first, last) = (entries[0].0, entries[entries.len() - 1].0);
    let end = format!(
        "<fin xmlns='urn:xmpp:mam:2' complete='{is_last}'><set xmlns='http://jabber.org/protocol/rsm'><first>{first}</first>\
         <last>{last}</last></set></fin>"
    );
    features.session.answered(None, &id, Ok(Some(end.parse().unwrap())));
}

fn stored(account: &Account) -> Vec<String> {
    let changes = account.changes.lock().unwrap();
    let told = changes.iter().filter_map(|change| match change {
        Change::UnnumberedMessage(told) => Some(told.server_id.clone()),
        _ => None,
    });
    told.collect()
}

/// A session whose archive was read up to the message `a`.
fn caught_up() -> (
    Rc<Session>,
    std::sync::Arc<Account>,
    Rc<Features>,
    impl AsyncFnMut() -> Stanza,
) {
    let (session, account, mut outgoing) = session();
    let features = Features::new(Rc::clone(&session)).unwrap();
    features.discovery.has_one();
    let own = &features.account_archive;
    let page = Page {
        entries: vec![entry("a", 1, "a")],
        ends: Some(("a".to_owned(), "a".to_owned())),
        is_last: true,
    };
    own.apply_page(&page, End::New).unwrap();
    own.hold.release();
    let question = async move || loop {
        let sent = outgoing.recv().await.unwrap().stanza;
        if matches!(&sent, Stanza::Iq(Iq::Set { payload, .. }) if payload.name() == "query") {
            return sent;
        }
    };
    (session, account, features, question)
}

/// Of what another client sends twice under one id, each message has an id of its own, which depends on nothing that came before.
#[test]
fn messages_of_another_client_that_have_one_id_have_the_same_msg_ids_live_and_in_the_archive() {
    run(async {
        let (_session, account, features, _question) = caught_up();
        let own = &features.account_archive;
        let said = |text: &str, id: &str, more: &str| {
            message(&format!(
                "<message xmlns='jabber:client' from='bob@im.test/x' to='alice@im.test' type='chat' id='o'><body>{text}</body>\
                 <origin-id xmlns='urn:xmpp:sid:0' id='o'/>{more}\
                 <stanza-id xmlns='urn:xmpp:sid:0' by='alice@im.test' id='{id}'/></message>"
            ))
        };
        let all = [
            ("1", said("one", "1", "")),
            ("2", said("two", "2", "")),
            (
                "3",
                said("of libim", "3", "<meta xmlns='urn:libim:message:0'>{}</meta>"),
            ),
        ];
        let told = || {
            let changes = std::mem::take(&mut *account.changes.lock().unwrap());
            let ids = changes.into_iter().filter_map(|change| match change {
                Change::UnnumberedMessage(told) => Some((told.server_id, told.message.msg_id)),
                _ => None,
            });
            ids.collect::<std::collections::BTreeMap<_, _>>()
        };
        told();
        for (_, message) in &all {
            own.on_message(message.clone());
        }
        let live = told();
        let ids: Vec<&str> = live.values().map(String::as_str).collect();
        assert_eq!(ids, ["bob@im.test/1", "bob@im.test/2", "o"]);
        let entries = all.map(|(id, message)| Entry {
            id: id.to_owned(),
            time: Micros(1),
            message,
        });
        let page = Page {
            entries: entries.to_vec(),
            ends: Some(("1".to_owned(), "3".to_owned())),
            is_last: true,
        };
        own.apply_page(&page, End::Old).unwrap();
        assert_eq!(told(), live);
    });
}

#[test]
fn what_a_server_is_late_with_after_a_resumption_has_its_place() {
    run(async {
        let (session, account, features, mut question) = caught_up();
        let own = Rc::clone(&features.account_archive);
        session.handed_over();
        own.hold.restart();
        let reading = {
            let own = Rc::clone(&own);
            spawn_local(async move { catch_up(&own).await })
        };
        // The server still has `c` somewhere.
        answer(&features, question().await, &[("b", 60), ("d", 0)]);
        let id = |text: &str| format!("<stanza-id xmlns='urn:xmpp:sid:0' by='alice@im.test' id='{text}'/>");
        own.on_message(message(&said("d", &id("d"))));
        own.on_message(message(&said("c", &id("c"))));
        answer(&features, question().await, &[("c", 0), ("d", 0)]);
        reading.await.unwrap().unwrap();
        assert_eq!(stored(&account), ["a", "b", "c", "d"]);
    });
}

#[test]
fn a_resumption_while_the_archive_is_read_makes_it_be_read_again() {
    run(async {
        let (session, account, features, mut question) = caught_up();
        let own = Rc::clone(&features.account_archive);
        own.hold.restart();
        let reading = {
            let own = Rc::clone(&own);
            spawn_local(async move { catch_up(&own).await })
        };
        let asked = question().await;
        session.handed_over();
        assert!(!own.hold.restart());
        answer(&features, asked, &[("b", 0)]);
        answer(&features, question().await, &[("b", 0), ("c", 0)]);
        reading.await.unwrap().unwrap();
        assert_eq!(stored(&account), ["a", "b", "c"]);
    });
}

#[test]
fn what_has_arrived_before_the_newest_messages_came_ahead_stays_before_them() {
    run(async {
        let (_session, account, features, mut question) = caught_up();
        let own = Rc::clone(&features.account_archive);
        own.hold.restart();
        let reading = {
            let own = Rc::clone(&own);
            spawn_local(async move {
                catch_up(&own).await?;
                close_gap(&own).await
            })
        };
        answer_part(&features, question().await, &[("b", 60)], false);
        let id = |text: &str| format!("<stanza-id xmlns='urn:xmpp:sid:0' by='alice@im.test' id='{text}'/>");
        // The second claims to be an old one, as anybody can.
        own.on_message(message(&said("c", &id("c"))));
        own.on_message(message(&said(
            "d",
            &format!("<delay xmlns='urn:xmpp:delay' stamp='soon'/>{}", id("d")),
        )));
        answer_part(&features, question().await, &[("e", 0)], false);
        answer(&features, question().await, &[("c", 0), ("d", 0), ("e", 0)]);
        reading.await.unwrap().unwrap();
        assert_eq!(stored(&account), ["a", "b", "e", "c", "d", "e"]);
        let changes = account.changes.lock().unwrap();
        let ahead = changes.iter().filter_map(|change| match change {
            Change::UnnumberedMessage(told) if told.is_ahead => Some(told.server_id.as_str()),
            _ => None,
        });
        assert_eq!(ahead.collect::<Vec<_>>(), ["e"]);
    });
}

#[test]
fn a_new_device_to_which_more_arrives_than_the_newest_page_has_reads_on_from_that() {
    run(async {
        let (session, account, mut outgoing) = session();
        let features = Features::new(Rc::clone(&session)).unwrap();
        features.discovery.has_one();
        let own = Rc::clone(&features.account_archive);
        let id = |text: &str| format!("<stanza-id xmlns='urn:xmpp:sid:0' by='alice@im.test' id='{text}'/>");
        own.on_message(message(&said("a", &id("a"))));
        let reading = {
            let own = Rc::clone(&own);
            spawn_local(async move { catch_up(&own).await })
        };
        let first = outgoing.recv().await.unwrap().stanza;
        answer_part(&features, first, &[("b", 0)], false);
        let second = outgoing.recv().await.unwrap().stanza;
        answer(&features, second, &[("c", 0)]);
        reading.await.unwrap().unwrap();
        // The past brings `a`.
        assert_eq!(stored(&account), ["b", "c"]);
    });
}

#[test]
fn what_the_own_server_announces_is_a_message_and_no_other_headline_is() {
    run(async {
        let (_session, account, features, _question) = caught_up();
        for (number, from) in [
            "im.test",
            "im.test/announce",
            "other.test",
            "bob@im.test/x",
            "conference.im.test",
        ]
        .into_iter()
        .enumerate()
        {
            let id = format!("<stanza-id xmlns='urn:xmpp:sid:0' by='alice@im.test' id='{number}'/>");
            features.account_archive.on_message(message(&format!(
                "<message xmlns='jabber:client' from='{from}' to='alice@im.test' type='headline'><subject>News</subject>\
                 <body>We are down tonight</body>{id}</message>"
            )));
        }
        assert_eq!(stored(&account), ["a", "0", "1"]);
    });
}

/// XEP-0424: an archive may keep no more of a recalled message than that there was one.
#[test]
fn what_the_archive_has_in_place_of_a_recalled_message_is_shown_as_recalled_with_the_reason() {
    run(async {
        let (_session, account, features, _question) = caught_up();
        let own = &features.account_archive;
        account.changes.lock().unwrap().clear();
        let tombstone = message(
            "<message xmlns='jabber:client' from='bob@im.test/x' to='alice@im.test' type='chat' id='m1'>\
             <retracted xmlns='urn:xmpp:message-retract:1' id='m1' stamp='2026-01-01T00:00:00Z'><reason>a slip</reason></retracted>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='alice@im.test' id='b'/></message>",
        );
        own.on_message(tombstone.clone());
        assert!(account.changes.lock().unwrap().is_empty(), "anybody can say that now");
        let page = Page {
            entries: vec![Entry {
                id: "b".to_owned(),
                time: Micros(2),
                message: tombstone,
            }],
            ends: Some(("b".to_owned(), "b".to_owned())),
            is_last: true,
        };
        own.apply_page(&page, End::New).unwrap();
        let changes = account.changes.lock().unwrap();
        let told = changes.iter().find_map(|change| match change {
            Change::UnnumberedMessage(told) => Some(told),
            _ => None,
        });
        let told = told.expect("the message as it is by now");
        assert_eq!(told.server_id, "b");
        assert_eq!(told.message.sender.as_str(), "bob@im.test");
        let recall = told.message.revoked.as_ref().expect("a recall");
        assert_eq!((&recall.by, recall.reason.as_str()), (&None, "a slip"));
    });
}
