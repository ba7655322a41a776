//! Messages that are neither texts nor the app's own data.

use crate::stage::Stage;
use serde_json::{Value, json};

pub(super) fn places_and_faces_arrive_whole(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let team = format!("group_{group}");
    let elems = [
        (
            7,
            "locationElem",
            json!({ "desc": "The \"old\" town\n<1>", "longitude": 13.404954, "latitude": -0.000_001 }),
        ),
        (
            7,
            "locationElem",
            json!({ "desc": "", "longitude": 116.0, "latitude": 90.0 }),
        ),
        (8, "faceElem", json!({ "index": 4, "data": "smile & wave" })),
        (8, "faceElem", json!({ "index": -1, "data": "" })),
        // It looks like a place and is a text.
        (1, "textElem", json!({ "text": "geo:1,2" })),
    ];
    for (to, from) in [
        (json!({ "receiver": bob.user.id }), alice.c2c()),
        (json!({ "groupID": group }), team),
    ] {
        for (elem_type, key, elem) in &elems {
            let mut request = to.clone();
            request[*key] = elem.clone();
            request["elemType"] = json!(elem_type);
            alice.ok("sendMessage", request);
        }
        bob.until("all of them", |bob| bob.history(&from).len() == elems.len());
        let tablet = stage.other(&alice, &format!("tablet-{}", from.len()));
        let own = if from.starts_with("c2c_") {
            bob.c2c()
        } else {
            from.clone()
        };
        tablet.until("all of them there", |tablet| tablet.history(&own).len() == elems.len());
        for (device, id) in [(&bob, &from), (&tablet, &own)] {
            for (message, (elem_type, key, elem)) in device.history(id).iter().zip(&elems) {
                assert_eq!(
                    (&message["elemType"], &message[*key]),
                    (&json!(elem_type), elem),
                    "{message}"
                );
                let keys = message.as_object().unwrap().iter();
                let others = keys.filter(|(other, value)| other.ends_with("Elem") && other != key && !value.is_null());
                assert_eq!(others.count(), 0, "{message}");
            }
        }
    }
}

pub(super) fn a_merger_carries_its_messages_and_a_message_is_forwarded(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    bob.sent(&alice.c2c(), "Shall we?");
    alice.until_texts(&bob.c2c(), &["Shall we?"]);
    let elem = json!({ "desc": "There", "longitude": 1.5, "latitude": 2.5 });
    let place = alice.ok("sendMessage", json!({ "receiver": bob.user.id, "locationElem": elem }));
    alice.until_sent(&bob.c2c(), place["msgID"].as_str().unwrap());
    let said: Vec<Value> = alice.history(&bob.c2c()).iter().map(|it| it["msgID"].clone()).collect();
    let shown =
        json!({ "isLayersOverLimit": false, "title": "Our plan", "abstractList": ["Bob: Shall we?", "[place]"] });
    let merger = json!({ "msgIDList": said, "title": shown["title"], "abstractList": shown["abstractList"] });
    let inner = alice.ok(
        "sendMessage",
        json!({ "receiver": carol.user.id, "mergerElem": merger }),
    );
    let inner = alice.until_sent(&carol.c2c(), inner["msgID"].as_str().unwrap());
    carol.until("the merger", |carol| carol.history(&alice.c2c()).len() == 1);
    let row = carol.row(&alice.c2c());
    assert_eq!(row["unreadCount"], 1, "what is in it counts as nothing");
    assert_eq!(
        (&row["lastMessage"]["elemType"], &row["lastMessage"]["mergerElem"]),
        (&json!(10), &shown)
    );
    let inside = carol.ok("downloadMergerMessage", json!({ "msgID": inner["msgID"] }));
    let of = |key: &str| {
        inside
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it[key].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("msgID"), said);
    assert_eq!(of("sender"), [json!(bob.user.id), json!(alice.user.id)]);
    assert_eq!(
        (&inside[0]["textElem"]["text"], &inside[1]["locationElem"]),
        (&json!("Shall we?"), &elem)
    );
    assert!(
        of("timestamp")
            .iter()
            .all(|time| time.as_i64().unwrap() > 1_600_000_000),
        "{inside}"
    );

    // Forwarded on: the merger as it is, and in another one.
    let forward = carol.ok("createForwardMessage", json!({ "msgID": inner["msgID"] }));
    carol.ok("sendMessage", json!({ "receiver": bob.user.id, "id": forward["id"] }));
    bob.until("the forwarded one", |bob| bob.history(&carol.c2c()).len() == 1);
    let arrived = bob.history(&carol.c2c())[0].clone();
    assert_eq!(
        (&arrived["mergerElem"], &arrived["sender"]),
        (&shown, &json!(carol.user.id))
    );
    bob.ok(
        "sendMessage",
        json!({ "receiver": alice.user.id, "mergerElem": { "msgIDList": [arrived["msgID"]], "title": "", "abstractList": [] } }),
    );
    alice.until("the one around it", |alice| alice.history(&bob.c2c()).len() == 3);
    let outer = alice.history(&bob.c2c())[2].clone();
    let layer = alice.ok("downloadMergerMessage", json!({ "msgID": outer["msgID"] }));
    assert_eq!(layer[0]["mergerElem"], shown);
    let layer = alice.ok("downloadMergerMessage", json!({ "msgID": layer[0]["msgID"] }));
    assert_eq!(layer.as_array().unwrap().len(), 2);

    bob.ok("revokeMessage", json!({ "msgID": outer["msgID"] }));
    alice.until("the recall", |alice| alice.history(&bob.c2c())[2]["status"] == 6);
    assert_eq!(alice.history(&bob.c2c())[2]["mergerElem"], Value::Null);
    alice.refused(&[6017], "downloadMergerMessage", &json!({ "msgID": outer["msgID"] }));
}

pub(super) fn what_is_created_first_is_sent_by_its_id(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let group = stage.group("Work", &[&alice, &bob]);
    let team = format!("group_{group}");
    let created = alice.ok(
        "createTextAtMessage",
        json!({ "text": "@Bob look", "atUserList": [bob.user.id] }),
    );
    assert!(alice.history(&team).is_empty());
    let to_bob = json!({ "receiver": bob.user.id, "id": created["id"] });
    // An @ means something in a group only; the message stays created.
    alice.refused(&[6017], "sendMessage", &to_bob);
    let sent = alice.ok(
        "sendMessage",
        json!({ "groupID": group, "id": created["id"], "cloudCustomData": "x" }),
    );
    assert_eq!((&sent["msgID"], &sent["id"]), (&created["id"], &created["id"]));
    bob.until("the @", |bob| {
        bob.row(&team)["groupAtInfoList"].as_array().unwrap().len() == 1
    });
    let arrived = &bob.history(&team)[0];
    assert_eq!(
        (&arrived["msgID"], &arrived["cloudCustomData"]),
        (&created["id"], &json!("x"))
    );
    alice.refused(
        &[6017],
        "sendMessage",
        &json!({ "groupID": group, "id": created["id"] }),
    );
    let both = json!({ "groupID": group, "id": "x", "textElem": { "text": "x" } });
    alice.refused(&[6017], "sendMessage", &both);
}

pub(super) fn files_by_their_address_arrive_whole(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let at = |name: &str| format!("https://up.example/1/{name}");
    let elems = [
        // An address that says nothing of what is there.
        (
            "imageElem",
            json!({ "url": at("x"), "size": 9000, "width": 640, "height": 480 }),
        ),
        (
            "imageElem",
            json!({ "url": at("cat.jpg"), "thumbUrl": at("small?a=1&b=2") }),
        ),
        (
            "soundElem",
            json!({ "url": at("a.ogg"), "dataSize": 90, "duration": 3 }),
        ),
        (
            "videoElem",
            json!({ "videoUrl": at("a.mp4"), "videoSize": 5, "duration": 7, "snapshotUrl": at("s.jpg"), "snapshotWidth": 4, "snapshotHeight": 3 }),
        ),
        // A picture that is sent as a file.
        (
            "fileElem",
            json!({ "url": at("y.png"), "fileName": "naïve <1>.png", "fileSize": 12 }),
        ),
    ];
    let mut sent = Vec::new();
    for (key, elem) in &elems {
        let message = alice.ok("sendMessage", json!({ "receiver": bob.user.id, *key: elem }));
        assert!(message[*key].is_object(), "{message}");
        sent.push((*key, message[*key].clone()));
    }
    bob.until("all of them", |bob| bob.history(&alice.c2c()).len() == elems.len());
    let tablet = stage.other(&alice, "tablet");
    tablet.until("all of them there", |tablet| {
        tablet.history(&bob.c2c()).len() == elems.len()
    });
    for (device, id) in [(&bob, alice.c2c()), (&tablet, bob.c2c())] {
        for (message, (key, elem)) in device.history(&id).iter().zip(&sent) {
            assert_eq!(&message[*key], elem, "{message}");
        }
    }
    let first = bob.history(&alice.c2c())[0].clone();
    let found = bob.ok("getMessageOnlineUrl", json!({ "msgID": first["msgID"] }));
    assert_eq!(found["imageElem"], first["imageElem"]);
}
