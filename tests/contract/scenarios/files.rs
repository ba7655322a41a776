//! Files of a device: sent by a path or as data, and downloaded by whoever got the message.

use crate::stage::{Device, Stage};
use im::events::Event;
use serde_json::{Value, json};
use std::path::Path;

/// A PNG of 40 by 30 pixels, all black.
const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x28\x00\x00\x00\
    \x1e\x08\x00\x00\x00\x00\x7b\xb6\x03\x01\x00\x00\x00\x12\x49\x44\x41\x54\x78\xda\x63\x60\x18\
    \x05\xa3\x60\x14\x8c\x82\xe1\x00\x00\x04\xce\x00\x01\xed\x51\xf6\x08\x00\x00\x00\x00\x49\x45\
    \x4e\x44\xae\x42\x60\x82";

/// The bytes of the film: many parts of it are on the way at a time. A server that reads a few KiB of each connection in turn
/// is busy with it for a while when others want something too.
const FILM: u32 = 1_500_000;

fn put(dir: &Path, name: &str, bytes: &[u8]) -> String {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Downloads a file of a message, and reads it from the place under `key`, which is in `elem`.
fn downloaded(device: &Device, msg_id: &Value, is_snapshot: bool, find: impl Fn(&Value) -> &Value) -> Vec<u8> {
    let request = json!({ "msgID": msg_id, "imageType": 0, "isSnapshot": is_snapshot });
    let before = ends(device, msg_id, is_snapshot).len();
    let message = device.ok("downloadMessage", request);
    device.until("the end of the download", |device| {
        ends(device, msg_id, is_snapshot).len() > before
    });
    let told = ends(device, msg_id, is_snapshot);
    assert_eq!(told.len(), before + 1);
    let path = find(&message).as_str().unwrap();
    assert_eq!(told.last().unwrap()["path"], path);
    std::fs::read(path).unwrap()
}

/// The ends of downloads that were told.
fn ends(device: &Device, msg_id: &Value, is_snapshot: bool) -> Vec<Value> {
    let told = device.told(Event::MessageDownloadProgress).into_iter();
    told.filter(|told| told["msgID"] == *msg_id && told["isSnapshot"] == is_snapshot)
        .filter(|told| told["isFinish"] == true || told["isError"] == true)
        .collect()
}

pub(super) fn files_of_a_device_arrive_whole(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let dir = tempfile::tempdir().unwrap();
    let picture = put(dir.path(), "naïve 日本.png", PICTURE);
    let film: Vec<u8> = (0..FILM).map(|number| number.to_le_bytes()[1]).collect();
    let film_path = put(dir.path(), "film.mp4", &film);
    let send = |mut request: Value| {
        request["receiver"] = json!(bob.user.id);
        alice.ok("sendMessage", request)
    };
    let sent = [
        send(json!({ "imageElem": { "path": picture } })),
        send(json!({ "soundElem": { "dataBase64": "YWJj", "duration": 2 } })),
        send(json!({ "videoElem": { "videoPath": film_path, "duration": 9, "snapshotPath": picture } })),
        send(json!({ "id": alice.ok("createFileMessage", json!({ "filePath": picture }))["id"] })),
    ];
    // What was taken in does not need the original any more.
    dir.close().unwrap();
    let video = &sent[2]["videoElem"];
    assert_eq!(
        (&video["videoPath"], &video["videoSize"]),
        (&json!(film_path), &json!(FILM))
    );
    bob.until("all of them", |bob| bob.history(&alice.c2c()).len() == sent.len());
    let tablet = stage.other(&alice, "tablet");
    tablet.until("all of them there", |tablet| {
        tablet.history(&bob.c2c()).len() == sent.len()
    });
    for (device, id) in [(&bob, alice.c2c()), (&tablet, bob.c2c())] {
        let got = device.history(&id);
        let image = &got[0]["imageElem"];
        assert_eq!(image["path"], "");
        let form = &image["imageList"][0];
        assert_eq!((&form["width"], &form["height"]), (&json!(40), &json!(30)));
        assert_eq!((&form["size"], &form["localUrl"]), (&json!(PICTURE.len()), &json!("")));
        assert_eq!(got[1]["soundElem"]["dataSize"], 3);
        let video = &got[2]["videoElem"];
        assert_eq!(
            (&video["snapshotWidth"], &video["snapshotPath"]),
            (&json!(40), &json!(""))
        );
        assert_eq!(got[3]["fileElem"]["fileName"], "naïve 日本.png");
        let of = |place: usize| &got[place]["msgID"];
        let read = downloaded(
            device,
            of(0),
            false,
            |message| &message["imageElem"]["imageList"][0]["localUrl"],
        );
        assert_eq!(read, PICTURE);
        let read = downloaded(device, of(1), false, |message| &message["soundElem"]["localUrl"]);
        assert_eq!(read, b"abc");
        let read = downloaded(device, of(2), false, |message| &message["videoElem"]["localVideoUrl"]);
        assert_eq!(read, film);
        let read = downloaded(device, of(2), true, |message| &message["videoElem"]["localSnapshotUrl"]);
        assert_eq!(read, PICTURE);
        // The picture is here already: under each message that has it, the last one in the list too.
        let read = downloaded(device, of(3), false, |message| &message["fileElem"]["localUrl"]);
        assert_eq!(read, PICTURE);
        assert_ne!(device.row(&id)["lastMessage"]["fileElem"]["localUrl"], "");
    }
    for message in &sent {
        alice.until_sent(&bob.c2c(), message["msgID"].as_str().unwrap());
        let progress = |device: &Device| -> Vec<i64> {
            let told = device.told(Event::SendMessageProgress).into_iter();
            told.filter(|told| told["message"]["msgID"] == message["msgID"])
                .map(|told| told["progress"].as_i64().unwrap())
                .collect()
        };
        alice.until("the end of the progress", |alice| progress(alice).last() == Some(&100));
        let told = progress(&alice);
        assert!(told.is_sorted_by(|earlier, later| earlier < later), "{told:?}");
    }
    let bob = bob.restart();
    let last = &bob.row(&alice.c2c())["lastMessage"]["fileElem"]["localUrl"];
    assert_eq!(std::fs::read(last.as_str().unwrap()).unwrap(), PICTURE);
}

pub(super) fn small_files_come_before_the_app_asks(stage: &Stage<'_>) {
    let alice = stage.login("alice");
    let bob = stage.device_with(&stage.user("bob"), "phone", "autoDownloadBytes", json!(1000));
    bob.login();
    bob.sent(&alice.c2c(), "show me");
    let dir = tempfile::tempdir().unwrap();
    let film = put(dir.path(), "film.mp4", &vec![7; FILM as usize]);
    let picture = put(dir.path(), "a.png", PICTURE);
    for elem in [
        json!({ "videoElem": { "videoPath": film, "duration": 9, "snapshotPath": picture } }),
        json!({ "fileElem": { "path": picture } }),
    ] {
        let mut request = elem;
        request["receiver"] = json!(bob.user.id);
        let msg_id = alice.ok("sendMessage", request)["msgID"].clone();
        alice.until_sent(&bob.c2c(), msg_id.as_str().unwrap());
    }
    let here = |key: &str, place: usize, field: &str| {
        let path = bob.history(&alice.c2c())[place][key][field].clone();
        std::fs::read(path.as_str().unwrap()).ok()
    };
    bob.until("both messages", |bob| bob.history(&alice.c2c()).len() == 3);
    bob.until("the file, in the list too", |bob| {
        here("fileElem", 2, "localUrl").is_some() && bob.row(&alice.c2c())["lastMessage"]["fileElem"]["localUrl"] != ""
    });
    bob.until("the snapshot", |_| here("videoElem", 1, "localSnapshotUrl").is_some());
    assert_eq!(here("fileElem", 2, "localUrl").unwrap(), PICTURE);
    // The film waits for the app.
    let video = bob.history(&alice.c2c())[1].clone();
    assert_eq!(video["videoElem"]["localVideoUrl"], "");
    let read = downloaded(
        &bob,
        &video["msgID"],
        false,
        |message| &message["videoElem"]["localVideoUrl"],
    );
    assert_eq!(read.len(), FILM as usize);
}

pub(super) fn a_large_picture_has_a_small_one_for_lists(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let small_only = stage.device_with(&bob.user, "watch", "autoDownloadBytes", json!(400_000));
    small_only.login();
    bob.sent(&alice.c2c(), "show me");
    let mut random = fastrand::Rng::with_seed(13);
    let mut noise = |_, _| image::Rgb([random.u8(..), random.u8(..), random.u8(..)]);
    let mut photo = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_fn(800, 600, &mut noise);
    pixels.write_to(&mut photo, image::ImageFormat::Png).unwrap();
    let photo = photo.into_inner();
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in [("photo.png", photo.as_slice()), ("damaged.png", &photo[..1000])] {
        let elem = json!({ "path": put(dir.path(), name, bytes) });
        let sent = alice.ok("sendMessage", json!({ "receiver": bob.user.id, "imageElem": elem }));
        alice.until_sent(&bob.c2c(), sent["msgID"].as_str().unwrap());
    }
    dir.close().unwrap();
    let forms = |device: &Device, id: &str, place: usize| device.history(id)[place]["imageElem"]["imageList"].clone();
    let shown = forms(&alice, &bob.c2c(), 1);
    assert_eq!((&shown[1]["width"], &shown[1]["height"]), (&json!(400), &json!(300)));
    assert_ne!(shown[1]["localUrl"], shown[0]["localUrl"], "alice has both");
    let tablet = stage.other(&alice, "tablet");
    for (device, id) in [(&bob, alice.c2c()), (&tablet, bob.c2c())] {
        device.until("both", |device| device.history(&id).len() == 3);
        let got = forms(device, &id, 1);
        for key in ["uuid", "size", "width", "height"] {
            assert_eq!(got[1][key], shown[1][key], "{key}");
        }
        assert_eq!((&got[0]["width"], &got[0]["size"]), (&json!(800), &json!(photo.len())));
        for form in got.as_array().unwrap() {
            assert_eq!(form["url"] != "", stage.traits().files_have_addresses);
            assert_eq!(form["localUrl"], "");
        }
        let request = json!({ "msgID": device.history(&id)[1]["msgID"], "imageType": 1, "isSnapshot": false });
        let got = device.ok("downloadMessage", request)["imageElem"]["imageList"].clone();
        let bytes = std::fs::read(got[1]["localUrl"].as_str().unwrap()).unwrap();
        assert_eq!(json!(bytes.len()), shown[1]["size"]);
        let small = image::load_from_memory(&bytes).unwrap();
        assert_eq!((small.width(), small.height()), (400, 300));
        assert_eq!((&got[0]["localUrl"], &got[2]["localUrl"]), (&json!(""), &json!("")));
        // What is no picture that anybody could make smaller is sent as it is.
        let damaged = forms(device, &id, 2);
        assert_eq!(
            (&damaged[1]["uuid"], &damaged[1]["size"]),
            (&damaged[0]["uuid"], &json!(1000))
        );
    }
    small_only.until("the small one", |watch| {
        watch.history(&alice.c2c()).len() == 3 && forms(watch, &alice.c2c(), 1)[1]["localUrl"] != ""
    });
    assert_eq!(forms(&small_only, &alice.c2c(), 1)[0]["localUrl"], "");
}

pub(super) fn a_file_in_a_merger_is_downloaded_by_whoever_got_the_merger(stage: &Stage<'_>) {
    let (alice, bob, carol) = (stage.login("alice"), stage.login("bob"), stage.login("carol"));
    let dir = tempfile::tempdir().unwrap();
    let picture = put(dir.path(), "a.png", PICTURE);
    let elem = json!({ "path": picture });
    let said = alice.ok("sendMessage", json!({ "receiver": bob.user.id, "imageElem": elem }));
    alice.until_sent(&bob.c2c(), said["msgID"].as_str().unwrap());
    let merger = json!({ "msgIDList": [said["msgID"]], "title": "Look", "abstractList": ["[picture]"] });
    let request = json!({ "receiver": carol.user.id, "mergerElem": merger });
    let merger = alice.ok("sendMessage", request)["msgID"].clone();
    alice.until_sent(&carol.c2c(), merger.as_str().unwrap());
    // What was forwarded stays when it is recalled where it was said first.
    alice.ok("revokeMessage", json!({ "msgID": said["msgID"] }));
    bob.until("the recall", |bob| {
        bob.history(&alice.c2c()).iter().all(|message| message["status"] == 6)
    });
    for device in [&carol, &stage.other(&carol, "tablet")] {
        device.until("the merger", |device| device.history(&alice.c2c()).len() == 1);
        let inside = device.ok("downloadMergerMessage", json!({ "msgID": merger }));
        let msg_id = &inside[0]["msgID"];
        let find = |message: &Value| -> Value { message["imageElem"]["imageList"][0]["localUrl"].clone() };
        assert_eq!(find(&inside[0]), "");
        let message = device.ok(
            "downloadMessage",
            json!({ "msgID": msg_id, "imageType": 0, "isSnapshot": false }),
        );
        assert_eq!(std::fs::read(find(&message).as_str().unwrap()).unwrap(), PICTURE);
        let inside = device.ok("downloadMergerMessage", json!({ "msgID": merger }));
        assert_eq!(find(&inside[0]), find(&message));
        device.until("the end of the download", |device| {
            ends(device, msg_id, false).len() == 1
        });
    }
}

pub(super) fn a_download_that_fails_ends_too(stage: &Stage<'_>) {
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    // What leads into somebody's own network is not fetched.
    let elem = json!({ "url": "https://10.0.0.1/1/a.pdf", "fileSize": 3 });
    let sent = alice.ok("sendMessage", json!({ "receiver": bob.user.id, "fileElem": elem }));
    bob.until("the message", |bob| !bob.history(&alice.c2c()).is_empty());
    // At a service in a file, what has an address is the app's to fetch.
    let code = if stage.traits().files_have_addresses {
        6009
    } else {
        7013
    };
    bob.refused(&[code], "downloadMessage", &json!({ "msgID": sent["msgID"] }));
    bob.until("the end", |bob| ends(bob, &sent["msgID"], false).len() == 1);
    let end = &ends(&bob, &sent["msgID"], false)[0];
    assert_eq!((&end["isError"], &end["errorCode"]), (&json!(true), &json!(code)));
    let missing = json!({ "receiver": bob.user.id, "fileElem": { "path": "/nowhere/at all.pdf" } });
    alice.refused(&[7004], "sendMessage", &missing);
    assert_eq!(alice.history(&bob.c2c()).len(), 1);
    bob.refused(&[6017], "downloadMessage", &json!({ "msgID": "unknown" }));
}

pub(super) fn a_file_that_the_service_does_not_take_ends_with_status_3_and_holds_nothing_up(stage: &Stage<'_>) {
    if !stage.traits().files_have_addresses {
        return;
    }
    let (alice, bob) = (stage.login("alice"), stage.login("bob"));
    let dir = tempfile::tempdir().unwrap();
    let path = put(dir.path(), "film.mp4", &vec![7; 11 << 20]);
    let film = json!({ "receiver": bob.user.id, "videoElem": { "videoPath": path, "duration": 9 } });
    let film = alice.ok("sendMessage", film);
    let text = alice.sent(&bob.c2c(), "what was that?");
    alice.until_sent(&bob.c2c(), text["msgID"].as_str().unwrap());
    bob.until_texts(&alice.c2c(), &["what was that?"]);
    let history = alice.history(&bob.c2c());
    let refused = history
        .iter()
        .find(|message| message["msgID"] == film["msgID"])
        .unwrap();
    assert_eq!(refused["status"], 3);
    // It can be sent again, which is for the app to decide.
    assert_ne!(refused["videoElem"]["localVideoUrl"], "");
}

pub(super) fn a_file_that_is_cancelled_stays_here_and_arrives_once_when_it_is_sent_again(stage: &Stage<'_>) {
    let alice = stage.device(&stage.user("alice"), "phone");
    let bob = stage.login("bob");
    let dir = tempfile::tempdir().unwrap();
    let send = |number: u8| {
        let path = put(dir.path(), &format!("film-{number}"), &vec![number; 9 << 20]);
        let elem = json!({ "path": path });
        alice.ok("sendMessage", json!({ "receiver": bob.user.id, "fileElem": elem }))["msgID"].clone()
    };
    let progress = |msg_id: &Value| -> Vec<Value> {
        let told = alice.told(Event::SendMessageProgress).into_iter();
        told.filter(|told| told["message"]["msgID"] == *msg_id).collect()
    };
    let ends = |msg_id: &Value| -> Vec<(i64, i64)> {
        let told = alice.told(Event::MessageStatusChanged).into_iter();
        told.filter(|told| told["msgID"] == *msg_id)
            .map(|told| (told["status"].as_i64().unwrap(), told["errorCode"].as_i64().unwrap()))
            .collect()
    };
    let cancel = |msg_id: &Value| alice.call("cancelSendingMessage", &json!({ "msgID": msg_id })).0;
    // Before there is a connection at all.
    let first = send(1);
    assert_eq!((cancel(&first), cancel(&first)), (0, 8020));
    alice.login();
    let mut all = vec![first];
    // At once, and when some of it is on the server. Then the service may have it all by now.
    for number in 2..8 {
        let msg_id = send(number);
        if number > 3 {
            alice.until("some of it is there", |_| !progress(&msg_id).is_empty());
        }
        all.push(msg_id);
        let msg_id = &all[all.len() - 1];
        match cancel(msg_id) {
            0 => {
                alice.until("it is told", |_| ends(msg_id).len() == 1);
                assert_eq!(ends(msg_id), [(3, 8021)]);
                assert!(progress(msg_id).iter().all(|told| told["message"]["status"] == 1));
                assert_eq!(cancel(msg_id), 8020);
            }
            code => {
                assert_eq!(code, 8020);
                alice.until_sent(&bob.c2c(), msg_id.as_str().unwrap());
            }
        }
    }
    let cancelled = |msg_id: &&Value| alice.message(&bob.c2c(), msg_id.as_str().unwrap())["errorCode"] == 8021;
    let again: Vec<&Value> = all.iter().filter(cancelled).collect();
    assert!(again.len() > 2, "those that were cancelled at once at least");
    // What waited behind them is sent.
    let text = alice.sent(&bob.c2c(), "never mind");
    bob.until("the text", |bob| {
        bob.history(&alice.c2c())
            .iter()
            .any(|message| message["msgID"] == text["msgID"])
    });
    assert_eq!(bob.history(&alice.c2c()).len(), all.len() - again.len() + 1);
    for msg_id in &again {
        let before = progress(msg_id).len();
        let shown = alice.ok("reSendMessage", json!({ "msgID": msg_id }));
        assert_eq!((&shown["status"], &shown["errorCode"]), (&json!(1), &json!(0)));
        alice.until_sent(&bob.c2c(), msg_id.as_str().unwrap());
        assert_eq!(ends(msg_id).last(), Some(&(2, 0)));
        let told = progress(msg_id);
        let full = |told: &&Value| told["progress"] == 100;
        assert_eq!(told.iter().skip(before).filter(full).count(), 1, "{told:?}");
    }
    bob.until("all of them", |bob| bob.history(&alice.c2c()).len() == all.len() + 1);
    for (number, msg_id) in (1..).zip(&all) {
        let got = bob.history(&alice.c2c());
        let of_it: Vec<&Value> = got.iter().filter(|message| message["msgID"] == *msg_id).collect();
        assert_eq!(of_it.len(), 1);
        if again.contains(&msg_id) {
            let read = downloaded(&bob, msg_id, false, |message| &message["fileElem"]["localUrl"]);
            assert!(read.len() == 9 << 20 && read.iter().all(|byte| *byte == number));
        }
    }
}
