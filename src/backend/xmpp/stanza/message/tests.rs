//! What is sent arrives as it was, and what others send is understood.

use super::*;
use crate::model::conversation::AT_ALL;
use crate::model::elem::Degrees;

fn there_and_back(body: &MessageBody, room: Option<&BareJid>) {
    let said = Said {
        msg_id: "id-1".into(),
        conversation: crate::model::ConversationId::trusted("c2c_bob"),
        sender: crate::model::UserId::trusted("alice"),
        nick_name: "Alice & co".into(),
        face_url: "https://example.org/a?b&c".into(),
        seq: 0,
        time: crate::model::Micros(0),
        revoked: None,
        body: body.clone(),
    };
    let stanza = encode(&said, room);
    let xml = String::from(&Element::from(stanza));
    let stanza = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
    assert_eq!(decode(&stanza, room).as_ref(), Some(body), "{xml}");
    assert_eq!(sender_profile(&stanza), (said.nick_name, said.face_url));
    assert_eq!(
        crate::backend::xmpp::stanza::ids::origin_id(&stanza),
        ("id-1".to_owned(), true)
    );
}

fn decoded(body: &MessageBody) -> Elem {
    let merged = Merged {
        msg_id: "id-1".into(),
        sender: "alice@example.org".into(),
        nick_name: String::new(),
        face_url: String::new(),
        time: crate::model::Micros(0),
        cloud_custom_data: String::new(),
        elem: body.elem.clone(),
    };
    decode(&encode(&inner(&merged), None), None).unwrap().elem
}

fn body(elem: Elem) -> MessageBody {
    MessageBody {
        random: 7,
        ..MessageBody::of(elem)
    }
}

#[test]
fn whatever_a_message_says_arrives_as_it_was() {
    let room = BareJid::new("team@rooms.example").unwrap();
    for text in [
        "hi",
        "",
        "  two  ",
        "<b>&amp;</b> \"'",
        "line\nline\r\nline\ttab",
        "\u{1}\u{b}\u{FFFF}",
        "🎉 שלום",
        "]]>",
    ] {
        there_and_back(&body(Elem::Text { text: text.into() }), None);
        let custom = Elem::Custom {
            data: text.into(),
            desc: text.into(),
            extension: text.into(),
        };
        there_and_back(&body(custom), Some(&room));
    }
    let full = MessageBody {
        cloud_custom_data: "{\"a\":\"\u{0}\"}".into(),
        group_at_user_list: vec!["bob@example.org".into(), AT_ALL.into()],
        is_excluded_from_unread_count: true,
        is_excluded_from_last_message: true,
        need_read_receipt: true,
        priority: 2,
        ..body(Elem::Text { text: "all".into() })
    };
    there_and_back(&full, Some(&room));
}

#[test]
fn what_other_apps_send_is_understood_as_far_as_it_goes() {
    let parse = |xml: &str| Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
    let typing = parse(
        "<message xmlns='jabber:client' type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
    );
    assert_eq!(decode(&typing, None), None);
    let json = parse("<message xmlns='jabber:client'><json xmlns='urn:xmpp:json:0'>[1]</json></message>");
    assert!(matches!(decode(&json, None).unwrap().elem, Elem::Custom { data, .. } if data == "[1]"));
    let broken = parse(
        "<message xmlns='jabber:client'><body>hi</body><meta xmlns='urn:libim:message:0'>{\"priority\":\"x\"</meta></message>",
    );
    assert!(matches!(decode(&broken, None).unwrap().elem, Elem::Text { text } if text == "hi"));
}

#[test]
fn what_is_no_message_is_none_whatever_its_body_says() {
    let read = |inner: &str| {
        let xml = format!("<message xmlns='jabber:client'>{inner}</message>");
        let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        crate::backend::xmpp::stanza::chat::read(&message, None)
    };
    use crate::backend::xmpp::stanza::chat::ChatEvent;
    for inner in [
        "<body/>",
        "<body></body><active xmlns='http://jabber.org/protocol/chatstates'/>",
        "<body>&gt; hi +1</body><reactions xmlns='urn:xmpp:reactions:0'/>",
        "<encrypted xmlns='urn:xmpp:omemo:2'><header/></encrypted>",
    ] {
        assert_eq!(read(inner), ChatEvent::Nothing, "{inner}");
    }
    let said = |inner: &str| match read(inner) {
        ChatEvent::Said(body) => *body,
        other => panic!("{other:?}"),
    };
    let encrypted = said(
        "<body>no OMEMO here</body><encrypted xmlns='eu.siacs.conversations.axolotl'><header/><payload>A=</payload></encrypted>",
    );
    assert!(matches!(encrypted.elem, Elem::Custom { data, .. } if data.contains("encrypted")));
    for pgp in [
        "<x xmlns='jabber:x:encrypted'>A=</x>",
        "<openpgp xmlns='urn:xmpp:openpgp:0'>A=</openpgp>",
    ] {
        let encrypted = said(&format!("<body>no OpenPGP here</body>{pgp}"));
        assert!(matches!(encrypted.elem, Elem::Custom { data, .. } if data.contains("OpenPGP")));
    }
    let corrected = "<body>hello</body><replace xmlns='urn:xmpp:message-correct:0' id='x'/>";
    assert!(matches!(read(corrected), ChatEvent::Edited(edit) if edit.id == "x" && edit.stamp.is_none()));
    // It names no message, so it is one.
    said("<body>hello</body><replace xmlns='urn:xmpp:message-correct:0'/>");
}

#[test]
fn a_mention_is_of_the_same_user_however_the_address_is_written() {
    let room = BareJid::new("team@rooms.example").unwrap();
    let mention = |uri: &str| {
        let xml = format!(
            "<message xmlns='jabber:client'><body>hi</body>\
             <reference xmlns='urn:xmpp:reference:0' type='mention' uri='{uri}'/></message>"
        );
        let message = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
        decode(&message, Some(&room)).unwrap().group_at_user_list
    };
    assert_eq!(mention("xmpp:Bob@Example.org"), ["bob@example.org"]);
    assert_eq!(mention("xmpp:Team@rooms.example"), [AT_ALL]);
    assert!(mention("https://example.org").is_empty());
}

#[test]
fn places_faces_and_mergers_arrive_as_they_were() {
    let place = |desc: &str, longitude: f64, latitude: f64| {
        body(Elem::Location(LocationElem {
            desc: desc.into(),
            longitude: Degrees::longitude(longitude).unwrap(),
            latitude: Degrees::latitude(latitude).unwrap(),
        }))
    };
    let room = BareJid::new("team@rooms.example").unwrap();
    for text in [
        "",
        "The old town",
        "<b>&amp;</b> \"'",
        "line\r\n\u{1}",
        "geo:1,2",
        "]]>",
    ] {
        there_and_back(&place(text, 13.4, -52.000_000_1), None);
        there_and_back(&place(text, -180.0, 1e-7), Some(&room));
        let face = FaceElem {
            index: -(1 << 53) + 1,
            data: text.into(),
        };
        there_and_back(&body(Elem::Face(face)), None);
        // A text stays a text, also one that others would show on a map.
        there_and_back(&body(Elem::Text { text: text.into() }), None);
    }
    let merged = |elem: Elem| Merged {
        msg_id: "id-0".into(),
        sender: "bob@example.org".into(),
        nick_name: "Bob \"B\"".into(),
        face_url: "https://example.org/b".into(),
        time: crate::model::Micros(1_700_000_000_123_456),
        cloud_custom_data: "{}".into(),
        elem,
    };
    let mut merger = Merger::default();
    for layer in 0..MAX_LAYERS {
        merger = Merger {
            title: format!("Layer {layer}\u{1}"),
            abstract_list: vec!["Bob: hi".into(), "\u{2}".into()],
            compatible_text: if layer % 2 == 0 { String::new() } else { "old".into() },
            messages: [
                Elem::Text { text: "hi\u{1}".into() },
                place("x", 1.0, 2.0).elem,
                Elem::Merger(merger),
            ]
            .map(merged)
            .into(),
            is_layers_over_limit: false,
        };
    }
    // The innermost has none.
    there_and_back(&body(Elem::Merger(merger.clone())), Some(&room));
    let deeper = Merger {
        messages: vec![merged(Elem::Merger(merger))],
        ..Merger::default()
    };
    let mut layer = decoded(&body(Elem::Merger(deeper)));
    for _ in 0..MAX_LAYERS {
        let Elem::Merger(merger) = layer else { panic!() };
        assert!(!merger.is_layers_over_limit);
        layer = merger.messages.into_iter().last().unwrap().elem;
    }
    assert!(matches!(layer, Elem::Merger(merger) if merger.is_layers_over_limit && merger.messages.is_empty()));
}

#[test]
fn what_others_forward_is_quoted_and_never_a_message_of_the_conversation() {
    let parse = |xml: &str| Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
    let forwarded = |from: &str, kind: &str, text: &str| {
        format!(
            "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>\
             <message xmlns='jabber:client' from='{from}' type='{kind}' id='7'><body>{text}</body></message></forwarded>"
        )
    };
    let stanza = parse(&format!(
        "<message xmlns='jabber:client'><body>Look</body>{}{}<forwarded xmlns='urn:xmpp:forward:0'/></message>",
        forwarded("Romeo@Example.org/x", "chat", "Yet I\nshould"),
        forwarded("room@example.org/Juliet", "groupchat", &"o".repeat(200)),
    ));
    let Elem::Merger(merger) = decode(&stanza, None).unwrap().elem else {
        panic!()
    };
    assert_eq!(merger.title, "Look");
    assert_eq!(merger.abstract_list[0], "romeo@example.org: Yet I should");
    assert!(merger.abstract_list[1].starts_with("Juliet: ooo") && merger.abstract_list[1].chars().count() == 100);
    let inside: Vec<_> = merger
        .messages
        .iter()
        .map(|it| (it.sender.as_str(), it.time.seconds()))
        .collect();
    assert_eq!(
        inside,
        [
            ("romeo@example.org", 1_278_803_305),
            ("room@example.org/Juliet", 1_278_803_305)
        ]
    );
}

#[test]
fn a_place_of_another_client_is_one() {
    let parse = |xml: &str| Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
    let stanza = parse("<message xmlns='jabber:client'><body>geo:48.2,16.37</body></message>");
    let Elem::Location(place) = decode(&stanza, None).unwrap().elem else {
        panic!()
    };
    assert_eq!((place.latitude.value(), place.longitude.value()), (48.2, 16.37));
}

#[test]
fn files_arrive_as_they_were_also_in_a_merger() {
    let parse = |xml: &str| Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
    for url in [
        "https://up.example/1/a.jpg",
        "https://up.example/1/a.ogg",
        "https://up.example/1/a.mp4",
        "https://up.example/1/a",
    ] {
        let xml = format!(
            "<message xmlns='jabber:client'><body>{url}</body><x xmlns='jabber:x:oob'><url>{url}</url></x></message>"
        );
        let file = decode(&parse(&xml), None).unwrap().elem;
        assert!(!matches!(file, Elem::Text { .. }), "{url}");
        there_and_back(&body(file.clone()), None);
        let merger = Merger {
            title: "t".into(),
            messages: vec![Merged {
                msg_id: "id-0".into(),
                sender: "bob@example.org".into(),
                nick_name: String::new(),
                face_url: String::new(),
                time: crate::model::Micros(1_000_000),
                cloud_custom_data: String::new(),
                elem: file,
            }],
            ..Merger::default()
        };
        there_and_back(&body(Elem::Merger(merger)), None);
    }
}

#[test]
fn the_key_in_the_address_of_an_encrypted_file_is_not_shown() {
    let xml = "<message xmlns='jabber:client'><body>aesgcm://up.example/1#5ec3e7</body></message>";
    let stanza = Message::try_from(xml.parse::<Element>().unwrap()).unwrap();
    let shown = format!("{:?}", decode(&stanza, None).unwrap().elem);
    assert!(shown.contains("encrypted") && !shown.contains("5ec3e7"), "{shown}");
}
