//! Files of messages: going out, coming in, and copied when the SDK ends.

use super::listeners::hears;
use super::support::app::App;
use super::support::script::Script;
use super::support::temp_dir;
use super::support::web::serve;
use super::tim::{Answer, Callback, Chars, Data, Tim, ask_of, c, call};
use super::told;
use serde_json::{Value, json};
use std::ffi::c_int;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

unsafe extern "C" {
    fn TIMMsgSendNewMsg(id: Chars, kind: c_int, msg: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMMsgDownloadElemToPath(param: Chars, path: Chars, cb: Callback, data: Data) -> c_int;
    fn TIMUninit() -> c_int;
}

/// A file that begins as a picture does.
fn png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\0\0\0\0".to_vec();
    png.extend([0; 64]);
    png
}

fn download(id: &Value, path: &Path) -> Answer {
    let (param, path) = (c(json!({ "msg_download_elem_param_id": id })), c(path.display()));
    // SAFETY, here and below: texts live during the calls, and callbacks take the data.
    call(|cb, data| unsafe { TIMMsgDownloadElemToPath(param.as_ptr(), path.as_ptr(), cb, data) })
}

#[test]
fn media_go_out_with_their_progress_and_come_in() {
    let dir = temp_dir();
    let tim = Tim::login(dir.path(), "alice");
    let bob = App::login(dir.path(), "bob");
    let (picture, sound) = (dir.path().join("dot.png"), dir.path().join("sound.m4a"));
    std::fs::write(&picture, png()).unwrap();
    std::fs::write(&sound, [7; 300]).unwrap();
    let elements = [
        json!({ "elem_type": 1, "image_elem_orig_path": picture }),
        json!({ "elem_type": 2, "sound_elem_file_path": sound, "sound_elem_file_time": 3 }),
        json!({
            "elem_type": 9, "video_elem_video_path": sound, "video_elem_video_duration": 4, "video_elem_image_path": picture,
        }),
    ];
    let sent = elements.map(|element| {
        let sent = ask_of(
            TIMMsgSendNewMsg,
            ("bob", 1),
            &json!({ "message_elem_array": [element] }),
        )
        .ok();
        let id = sent["message_msg_id"].clone();
        let told = hears(&tim, "TIMSetMsgElemUploadProgressCallback", |told| {
            told[0]["message_msg_id"] == id && told[2] == told[3]
        });
        assert!(told[3].as_u64().unwrap() >= 92, "{told:?}");
        sent["message_elem_array"][0].clone()
    });
    assert_eq!(sent[0]["image_elem_orig_pic_size"], png().len());
    assert_eq!(
        (&sent[1]["sound_elem_file_size"], &sent[1]["sound_elem_file_time"]),
        (&json!(300), &json!(3))
    );
    assert_eq!(
        (&sent[2]["video_elem_video_size"], &sent[2]["video_elem_video_duration"]),
        (&json!(300), &json!(4))
    );
    bob.wait("bob has all", |app| app.history("c2c_alice").len() == 3);

    // Each file by its id.
    for (id, size) in [
        (&sent[0]["image_elem_orig_id"], png().len()),
        (&sent[1]["sound_elem_file_id"], 300),
        (&sent[2]["video_elem_video_id"], 300),
        (&sent[2]["video_elem_image_id"], png().len()),
    ] {
        let copy = dir.path().join("copy");
        let answer = download(id, &copy).ok();
        assert_eq!(answer["msg_download_elem_result_total_size"], size);
        assert_eq!(std::fs::read(&copy).unwrap().len(), size);
        std::fs::remove_file(copy).unwrap();
    }
    assert_eq!(download(&json!("unknown"), &dir.path().join("copy")).code, 6017);
    assert_eq!(
        download(&sent[1]["sound_elem_file_id"], &dir.path().join("no/such/folder")).code,
        6022
    );
}

type Part = (i32, u64, u64);

/// How far a download has come, again and again, and its end.
unsafe extern "C" fn on_part(code: i32, _: Chars, json: Chars, data: Data) {
    let json: Value = serde_json::from_str(&super::tim::text(json)).unwrap_or_default();
    let size = |which: &str| {
        json[format!("msg_download_elem_result_{which}_size")]
            .as_u64()
            .unwrap_or_default()
    };
    // SAFETY: the sender lives for ever.
    let parts = unsafe { &*data.cast::<Sender<Part>>() };
    parts.send((code, size("current"), size("total"))).unwrap_or_default();
}

#[test]
fn a_download_tells_how_far_it_has_come() {
    const HALF: usize = 400_000;
    let (goes_on, go) = channel::<()>();
    let go = Mutex::new(go);
    let base = serve(move |visit| {
        visit.answer(&format!("200 OK\r\nContent-Length: {}", 2 * HALF), &[1; HALF]);
        // Until the app was told of the first half.
        let _ = go
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv_timeout(Duration::from_secs(60));
        visit.say(&[2; HALF]);
    });
    let script = Script::start(false, |_, _| false);
    let dir = temp_dir();
    let config = json!({
        "dataDir": dir.path().join("data"),
        "backend": { "kind": "xmpp", "domain": "im.test", "host": "127.0.0.1", "port": script.port, "tls": "disabled" },
    });
    let tim = Tim::login_with(&config, "alice", "secret");
    script.say(&format!(
        "<message from='bob@im.test/x' to='alice@im.test' id='m1' type='chat'><body>{base}/a.pdf</body>\
         <x xmlns='jabber:x:oob'><url>{base}/a.pdf</url></x></message>"
    ));
    let message = hears(&tim, "TIMAddRecvNewMsgCallback", |told| {
        told[0][0]["message_conv_id"] == "bob"
    })[0][0]
        .clone();
    let param = c(json!({ "msg_download_elem_param_id": message["message_elem_array"][0]["file_elem_file_id"] }));
    let (copy, c_copy) = (dir.path().join("a.pdf"), c(dir.path().join("a.pdf").display()));
    let (parts, told) = channel();
    // For ever: when it fails, the callback may still come.
    let parts: &'static Sender<Part> = Box::leak(Box::new(parts));
    let data = std::ptr::from_ref(parts).cast();
    let returned = unsafe { TIMMsgDownloadElemToPath(param.as_ptr(), c_copy.as_ptr(), Some(on_part), data) };
    assert_eq!(returned, 0);
    let next = || told.recv_timeout(Duration::from_secs(60)).unwrap();
    let total = 2 * HALF as u64;
    let (code, current, of) = next();
    assert!(code == 0 && current < of && of == total, "{current} of {of}");
    assert!(!copy.exists());
    goes_on.send(()).unwrap();
    let mut before = current;
    loop {
        let (code, current, of) = next();
        assert!(code == 0 && current >= before && of == total, "{current} of {of}");
        if current == of {
            break;
        }
        before = current;
    }
    // The file is there by then, and nothing follows.
    assert_eq!(std::fs::metadata(&copy).unwrap().len(), total);
    assert_eq!(download(&json!("unknown"), &copy).code, 6017);
    assert!(told.try_recv().is_err());
}

#[test]
fn a_file_that_is_being_copied_at_the_end_is_answered() {
    let dir = temp_dir();
    let file = dir.path().join("large");
    std::fs::write(&file, vec![1; 3 << 20]).unwrap();
    for round in 0..5 {
        let tim = Tim::login(dir.path(), "alice");
        let element = json!({ "elem_type": 4, "file_elem_file_path": file, "file_elem_file_name": "large" });
        let sent = ask_of(
            TIMMsgSendNewMsg,
            ("bob", 1),
            &json!({ "message_elem_array": [element] }),
        )
        .ok();
        let id = sent["message_elem_array"][0]["file_elem_file_id"].clone();
        let (param, path) = (
            c(json!({ "msg_download_elem_param_id": id })),
            c(dir.path().join("copy").display()),
        );
        let answers: Vec<_> = (0..8)
            .map(|_| {
                super::tim::later(|cb, data| unsafe {
                    TIMMsgDownloadElemToPath(param.as_ptr(), path.as_ptr(), cb, data)
                })
            })
            .collect();
        if round > 0 {
            // Some are there, and others are on their way.
            super::tim::wait(&answers[0]);
        }
        assert_eq!(unsafe { TIMUninit() }, 0);
        // By its return: with the file, or cancelled.
        for answer in &answers[usize::from(round > 0)..] {
            let answer = answer.try_recv().expect("an answer by the end");
            assert!([0, 7009].contains(&answer.code), "{answer:?}");
        }
        assert!(!told::all().is_empty());
        drop(tim);
    }
}
