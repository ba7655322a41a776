//! Files of other clients are shown as what they are, those of libim come back as they were.

use super::*;

const CAT: &str = "https://up.example/1/cat.jpg";

fn parse(inner: &str) -> Message {
    let xml = format!("<message xmlns='jabber:client' type='chat' id='1'>{inner}</message>");
    Message::try_from(xml.parse::<Element>().unwrap()).unwrap()
}

fn read(inner: &str) -> Option<Elem> {
    let message = parse(inner);
    let body = message.bodies.values().next().cloned();
    decode(&message, body.as_deref(), (None, None))
}

fn oob(url: &str) -> String {
    format!("<body>{url}</body><x xmlns='jabber:x:oob'><url>{url}</url></x>")
}

fn sharing(attrs: &str, file: &str, url: &str) -> String {
    format!(
        "<file-sharing xmlns='urn:xmpp:sfs:0' {attrs}><file xmlns='urn:xmpp:file:metadata:0'>{file}</file>\
         <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='{url}'/></sources></file-sharing>"
    )
}

#[test]
fn a_link_that_is_the_whole_body_is_what_its_name_says() {
    for (url, elem_type) in [
        (CAT, 3),
        ("https://up.example/1/a.PNG?token=x.mp3", 3),
        ("https://up.example/1/voice.ogg", 4),
        ("https://up.example/1/film.mp4", 5),
        ("https://up.example/1/paper.pdf", 6),
        ("http://up.example/1/none", 6),
    ] {
        let elem = read(&oob(url)).unwrap();
        assert_eq!(elem.elem_type() as i64, elem_type, "{url}");
    }
    let Some(Elem::Image(image)) = read(&oob(CAT)) else {
        panic!()
    };
    let kinds: Vec<(i64, &str)> = image
        .image_list
        .iter()
        .map(|form| (form.r#type, form.url.as_str()))
        .collect();
    assert_eq!(kinds, [(0, CAT), (1, CAT), (2, CAT)]);
    let Some(Elem::File(file)) = read(&oob("https://up.example/1/My%20paper.pdf")) else {
        panic!()
    };
    assert_eq!((file.file_name.as_str(), file.file_size), ("My paper.pdf", 0));
}

#[test]
fn a_link_beside_words_and_what_is_no_address_are_no_files() {
    for inner in [
        format!("<body>Look: {CAT}</body><x xmlns='jabber:x:oob'><url>{CAT}</url></x>"),
        format!("<body>{CAT}</body>"),
        oob("file:///etc/passwd"),
        oob("aesgcm://up.example/1#00"),
        "<body>x</body><x xmlns='jabber:x:oob'/>".to_owned(),
        // Announced, without an address.
        "<file-sharing xmlns='urn:xmpp:sfs:0' id='a'><file xmlns='urn:xmpp:file:metadata:0'><name>a</name></file></file-sharing>"
            .to_owned(),
        sharing("", "<name>a</name>", "javascript:alert(1)"),
        format!("<body>What a cat! {CAT}</body>{}", sharing("", "<media-type>image/png</media-type>", CAT)),
    ] {
        assert_eq!(read(&inner), None, "{inner}");
    }
}

#[test]
fn what_is_known_of_a_file_is_shown_and_what_cannot_be_is_left_out() {
    let hash = "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=</hash>";
    let inner = format!(
        "<media-type>image/png</media-type><name>../cat.png</name><size>9000</size><width>640</width>\
         <height>-4</height>{hash}<thumbnail xmlns='urn:xmpp:thumbs:1' uri='https://up.example/t' width='64' height='9999999'/>"
    );
    let body =
        "<body>A file for you</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback>";
    let Some(Elem::Image(image)) = read(&(body.to_owned() + &sharing("disposition='inline'", &inner, CAT))) else {
        panic!()
    };
    let [origin, thumb, large] = image.image_list.as_slice() else {
        panic!()
    };
    assert_eq!((origin.size, origin.width, origin.height), (9000, 640, 0));
    assert_eq!(
        origin.uuid,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(
        (thumb.url.as_str(), thumb.width, thumb.height),
        ("https://up.example/t", 64, 0)
    );
    assert_eq!((large.uuid.as_str(), large.url.as_str()), (origin.uuid.as_str(), CAT));

    let small = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACgAAAAeCAAAAAB7tgMBAAAAEklEQVR42mNgGAWjYBSMguEAAATOAAHtUfYIAAAAAElFTkSuQmCC";
    let inside = format!("<media-type>image/png</media-type><thumbnail xmlns='urn:xmpp:thumbs:1' uri='{small}'/>");
    let Some(Elem::Image(image)) = read(&sharing("", &inside, CAT)) else {
        panic!()
    };
    assert_eq!(image.image_list[1].url, small);

    let film = "<media-type>video/mp4</media-type><size>99999999999999999999</size><length>2500</length>";
    let Some(Elem::Video(video)) = read(&sharing("", film, "https://up.example/x")) else {
        panic!()
    };
    assert_eq!(
        (video.video_size, video.duration, video.snapshot_url.as_str()),
        (0, 3, "")
    );
    let Some(Elem::File(file)) = read(&sharing("disposition='attachment'", &inner, CAT)) else {
        panic!()
    };
    assert_eq!((file.file_name.as_str(), file.url.as_str()), ("cat.png", CAT));
    let drawing = "<media-type>image/svg+xml</media-type><name>a.svg</name>";
    assert!(matches!(read(&sharing("", drawing, CAT)), Some(Elem::File(_))));
}

#[test]
fn what_stands_for_the_file_is_no_words() {
    let sharing = sharing("", "<media-type>audio/ogg</media-type>", CAT);
    let with = |body: &str, marks: &str| {
        let fallback = format!("<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'>{marks}</fallback>");
        read(&format!("<body>{body}</body>{fallback}{sharing}")).is_some()
    };
    assert!(with("Anything", "") && with("Anything", "<body/>"));
    assert!(with("é 🦀 link", "<body start='0' end='8'/>") && !with("é 🦀 link", "<body start='3'/>"));
    assert!(!with("Words link", "<body start='6' end='10'/>"));
    assert!(!with("Words", "<body start='3' end='99'/>") && !with("Words", "<body start='x'/>"));
}

#[test]
fn the_older_form_is_read() {
    let inner = format!(
        "<body>{CAT}</body><reference xmlns='urn:xmpp:reference:0' type='data' begin='0' end='28'>\
         <media-sharing xmlns='urn:xmpp:sims:1'><file xmlns='urn:xmpp:jingle:apps:file-transfer:5'>\
         <media-type>image/jpeg</media-type><name>cat.jpg</name><size>3032449</size></file>\
         <sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='{CAT}'/></sources></media-sharing></reference>"
    );
    let Some(Elem::Image(image)) = read(&inner) else {
        panic!()
    };
    assert_eq!(image.image_list[0].size, 3_032_449);
}

#[test]
fn a_file_that_is_forwarded_comes_back_as_it_was_and_every_client_sees_a_link() {
    let inner = "<size>7</size><width>3</width><height>2</height><length>4000</length>\
                 <thumbnail xmlns='urn:xmpp:thumbs:1' uri='https://up.example/t' width='1' height='2'/>";
    for (kind, attrs) in [
        ("image/png", ""),
        ("audio/ogg", ""),
        ("video/mp4", ""),
        ("text/plain", ""),
        ("image/png", "disposition='attachment'"),
    ] {
        let file = format!("<media-type>{kind}</media-type><name>a &lt;b&gt;.bin</name>{inner}");
        // An address that says nothing of the kind.
        for url in ["https://up.example/1/x", CAT] {
            let elem = read(&sharing(attrs, &file, url)).unwrap();
            let (body, elements) = encode(&elem).unwrap();
            assert_eq!(body, url);
            let mut message = parse(&format!("<body>{body}</body>"));
            message.payloads = elements;
            let said = Some(elem.elem_type() as i64);
            assert_eq!(decode(&message, Some(&body), (said, None)), Some(elem));
            let link = payload(&message, "x", OOB)
                .and_then(|x| x.get_child("url", OOB))
                .map(Element::text);
            assert_eq!(link.as_deref(), Some(url));
        }
    }
}

#[test]
fn a_sticker_with_an_address_is_a_picture_and_several_files_are_none() {
    let picture = sharing("", "<media-type>image/png</media-type>", "https://up.example/s");
    let sticker = format!("<body>:smile:</body><sticker xmlns='urn:xmpp:stickers:0' pack='p'/>{picture}");
    assert!(matches!(read(&sticker), Some(Elem::Image(_))));
    let without = sharing("", "", "");
    assert!(matches!(read(&format!("{without}{picture}")), Some(Elem::Image(_))));
    let other = sharing("", "", "https://up.example/t");
    let both = format!("{picture}{other}");
    assert!(read(&both).is_none());
    assert_eq!(
        several(&parse(&both)).unwrap(),
        "https://up.example/s\nhttps://up.example/t"
    );
    assert_eq!(several(&parse(&picture)), None);
}

#[test]
fn the_content_of_a_thumbnail_has_its_name_and_size_among_libims_own() {
    let form = |kind: i64, url: &str, name: char| Image {
        uuid: name.to_string().repeat(64),
        r#type: kind,
        size: 9,
        width: 3,
        height: 2,
        url: url.to_owned(),
        ..Image::default()
    };
    let small = "https://up.example/2/picture.jpg";
    let mut sent = Elem::Image(ImageElem {
        path: String::new(),
        image_list: vec![form(0, CAT, 'a'), form(1, small, 'b'), form(2, CAT, 'a')],
    });
    let named = |elem: &Elem| thumb(elem).and_then(thumb::named);
    let (body, elements) = encode(&sent).unwrap();
    let mut message = parse(&format!("<body>{body}</body>"));
    message.payloads = elements;
    let read = |said: Option<&Thumb>| decode(&message, Some(&body), (Some(3), said)).unwrap();
    assert_eq!(read(named(&sent).as_ref()), sent);
    let file = payload(&message, "file-sharing", SFS).and_then(|sharing| sharing.get_child("file", FILE_METADATA));
    let element = file.and_then(|file| file.get_child("thumbnail", "urn:xmpp:thumbs:1"));
    assert_eq!(element.unwrap().attr("media-type"), Some("image/jpeg"));
    // What is no name of a content names nothing.
    let said: Thumb = serde_json::from_str(r#"{"uuid":"../a","size":-4}"#).unwrap();
    let Elem::Image(image) = read(Some(&said)) else {
        panic!()
    };
    assert_eq!(
        (image.image_list[1].uuid.clone(), image.image_list[1].size),
        (name_of_address(small), 0)
    );
    // A picture that is its own thumbnail has no other.
    if let Elem::Image(image) = &mut sent {
        image.image_list[1] = form(1, CAT, 'a');
    }
    assert_eq!(named(&sent), None);
    let (_, elements) = encode(&sent).unwrap();
    let xml: String = elements.iter().map(String::from).collect();
    assert!(!xml.contains("thumbnail"), "{xml}");
}
