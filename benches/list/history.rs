//! A page of 50 messages with media of a history, beside rusqlite copying the columns of the same rows that the page is made of.

use crate::fixture;
use crate::support::{CClient, Table, engine, in_turns, micros, ratio, raw_reader};
use im::events::EventQueue;
use im::ffi::methods::history::im_get_history_message_list;
use im::ffi::pointers::im_string_free;
use im::model::media::{FileElem, Image, ImageElem};
use im::model::{Change, Elem};
use std::ffi::{CStr, CString, c_char};
use std::hint::black_box;
use std::path::Path;

const REPETITIONS: usize = 1_000;
const MESSAGES: u64 = 5_000;
const PAGE: usize = 50;

const RAW: &str = "SELECT id, position, seq, time, status, is_self, elem_type, msg_id, sender, nick_name, face_url, body, \
    local_custom_data, local_custom_int, error_code FROM message \
    WHERE conversation = ?1 AND is_hidden = 0 AND position < ?2 ORDER BY position DESC, id DESC LIMIT ?3";

/// Every other message is a picture, the others are files.
fn message(seq: u64) -> Change {
    let Change::Message(mut message) = fixture::message(0, seq) else {
        panic!("not a message");
    };
    let url = format!("https://example.org/files/{seq:08}-4b0f-9c57/holiday.jpg");
    // By it the file is looked for on this device, once for each message.
    let uuid = format!("{seq:064x}");
    message.body.elem = if seq.is_multiple_of(2) {
        Elem::Image(ImageElem {
            image_list: vec![Image {
                uuid,
                url,
                size: 2_000_000,
                width: 4_000,
                height: 3_000,
                ..Image::default()
            }],
            ..ImageElem::default()
        })
    } else {
        Elem::File(FileElem {
            uuid,
            url,
            file_name: "holiday.jpg".to_owned(),
            file_size: 2_000_000,
            ..FileElem::default()
        })
    };
    Change::Message(message)
}

pub fn run(table: &mut Table, dir: &Path) {
    let data_dir = dir.join("history");
    let cache = engine(&data_dir, EventQueue::new());
    fixture::apply(&cache, (1..=MESSAGES).map(message).collect());
    cache.close();
    let client = CClient::open(&data_dir, 0);
    let db = raw_reader(&data_dir);
    let conversation: i64 = db
        .query_row("SELECT id FROM conversation", [], |row| row.get(0))
        .expect("the conversation");
    let request = serde_json::json!({ "conversationID": fixture::conversation(0).as_str(), "count": PAGE });
    let request = CString::new(request.to_string()).expect("no NUL");
    let raw = || {
        let mut statement = db.prepare_cached(RAW).expect("the statement");
        let columns = statement.column_count();
        let mut rows = statement
            .query((conversation, i64::MAX, PAGE as i64))
            .expect("the rows");
        let mut all = String::new();
        while let Some(row) = rows.next().expect("a row") {
            for column in 0..columns {
                match row.get_ref(column).expect("a column") {
                    rusqlite::types::ValueRef::Text(text) => all.push_str(std::str::from_utf8(text).expect("UTF-8")),
                    value => {
                        black_box(value);
                    }
                }
            }
        }
        all
    };
    let libim = |look: &mut dyn FnMut(*const c_char)| {
        let mut response = std::ptr::null_mut();
        // SAFETY: the request is NUL-terminated and the pointer outlives the call.
        let status = unsafe { im_get_history_message_list(client.number(), request.as_ptr(), &mut response) };
        assert_eq!(status, 0, "the page is read");
        look(response);
        // SAFETY: it came from the call above and is freed once.
        unsafe { im_string_free(response) };
    };
    // Both ways must read the same rows.
    libim(&mut |response| {
        // SAFETY: the response is NUL-terminated and not freed yet.
        let response = unsafe { CStr::from_ptr(response) };
        let response: serde_json::Value = serde_json::from_slice(response.to_bytes()).expect("JSON");
        let page = response["data"].as_array().expect("a page");
        let raw = raw();
        let is_there = |message: &serde_json::Value| raw.contains(message["msgID"].as_str().expect("an id"));
        assert!(
            page.len() == PAGE && page.iter().all(is_there),
            "both ways read the same rows"
        );
    });
    let mut through_c = || {
        libim(&mut |response| {
            black_box(response);
        });
    };
    let mut plain = || {
        black_box(raw());
    };
    let times = in_turns(REPETITIONS, &mut [&mut through_c, &mut plain]);
    let ratio = ratio(times[0], times[1]);
    let name = format!("history, {PAGE} messages with media of {MESSAGES}");
    table.compare(&name, micros(times[0]), micros(times[1]), ratio, "<= 5", ratio <= 5.0);
}
