//! Files of messages, by the ids that this API knows them by: libim fetches a file of a message.

use crate::call::{Answer, Call, Refusal};
use crate::keys::{field, list, number, text};
use crate::sdk::{CANCELLED, Session, lock};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

/// How many files are remembered. Past it the app has to read the history again, which it has done for a message that it
/// shows.
const MOST: usize = 100_000;

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) msg_id: String,
    pub(crate) image_type: i64,
    pub(crate) is_snapshot: bool,
}

/// The files that the app has seen, by their ids, and the downloads in progress.
#[derive(Default)]
pub(crate) struct Files {
    known: Mutex<HashMap<String, File>>,
    waiting: Mutex<Vec<(File, Answer)>>,
}

/// How far a download has come, as the app is told.
fn sizes(current: u64, total: u64) -> Value {
    json!({ "msg_download_elem_result_current_size": current, "msg_download_elem_result_total_size": total })
}

impl Files {
    /// A download has come further. Its end is told once the app's copy is there: by that apps know the end, as the current size
    /// is the total one then.
    pub(crate) fn on_progress(&self, own: &Value) {
        let size = |key| field(own, key).as_u64().unwrap_or_default();
        let (current, total) = (size("currentSize"), size("totalSize"));
        // 0 when it is not known.
        if current == total || total > 0 && current > total {
            return;
        }
        let file = File {
            msg_id: text(own, "msgID").to_owned(),
            image_type: number(own, "type"),
            is_snapshot: field(own, "isSnapshot") == true,
        };
        // Nothing is locked while the app is called.
        let told: Vec<Answer> = lock(&self.waiting)
            .iter()
            .filter(|(other, _)| *other == file)
            .map(|(_, answer)| Arc::clone(answer))
            .collect();
        let sizes = sizes(current, total).to_string();
        told.iter().for_each(|told| told(0, "", &sizes));
    }

    fn wait(&self, file: &File, answer: &Answer) {
        lock(&self.waiting).push((file.clone(), Arc::clone(answer)));
    }

    fn wait_no_more(&self, answer: &Answer) {
        lock(&self.waiting).retain(|(_, other)| !Arc::ptr_eq(other, answer));
    }

    /// Notes the files of the messages in an answer or event.
    pub(crate) fn note(&self, data: &Value) {
        match data {
            Value::Array(entries) => entries.iter().for_each(|entry| self.note(entry)),
            Value::Object(fields) if fields.contains_key("msgID") => self.note_message(data),
            Value::Object(fields) => {
                for key in [
                    "lastMessage",
                    "message",
                    "conversationList",
                    "messageList",
                    "messageSearchResultItems",
                ] {
                    if let Some(within) = fields.get(key) {
                        self.note(within);
                    }
                }
            }
            _ => {}
        }
    }

    fn note_message(&self, message: &Value) {
        let msg_id = text(message, "msgID");
        let put = |uuid: &str, image_type: i64, is_snapshot: bool| {
            if uuid.is_empty() {
                return;
            }
            let mut files = lock(&self.known);
            if files.len() >= MOST {
                files.clear();
            }
            let file = File {
                msg_id: msg_id.to_owned(),
                image_type,
                is_snapshot,
            };
            files.insert(uuid.to_owned(), file);
        };
        for image in list(field(field(message, "imageElem"), "imageList")) {
            // The same file in several sizes is that of the original.
            let uuid = text(image, "uuid");
            if number(image, "type") == 0 || self.find(uuid).is_none_or(|file| file.msg_id != msg_id) {
                put(uuid, number(image, "type"), false);
            }
        }
        for element in ["soundElem", "videoElem", "fileElem"] {
            put(text(field(message, element), "UUID"), 0, false);
        }
        put(text(field(message, "videoElem"), "snapshotUUID"), 0, true);
    }

    /// The file with an id.
    pub(crate) fn find(&self, uuid: &str) -> Option<File> {
        lock(&self.known).get(uuid).cloned()
    }
}

/// The codes of a file that is not known, and of one that cannot be written.
const INVALID: i32 = 6017;
const NOT_WRITTEN: i32 = 6022;

impl Session {
    /// Fetches a file of a message, and puts a copy where the app wants it. The answer is told how far that has come, and the end.
    pub(crate) fn download(&self, uuid: &str, path: String, answer: Answer) -> Result<(), Refusal> {
        let Some(file) = self.files.find(uuid) else {
            return self.run(
                Call::failing(INVALID, "no message that was read has a file of this id"),
                answer,
            );
        };
        let fields = json!({ "msgID": file.msg_id, "imageType": file.image_type, "isSnapshot": file.is_snapshot });
        let (session, told) = (self.clone(), Arc::clone(&answer));
        self.files.wait(&file, &answer);
        let copy: Answer = Arc::new(move |code, desc, json| {
            session.files.wait_no_more(&told);
            if code != 0 {
                return told(code, desc, "");
            }
            let local = local_path(&serde_json::from_str(json).unwrap_or_default(), &file);
            let (session, path, told) = (session.clone(), path.clone(), Arc::clone(&told));
            let refused = Arc::clone(&told);
            let copies = Arc::clone(&session.copies);
            // On a thread of its own, because a large file would hold up all events.
            if let Err(error) = copies.begin(move || session.copy(&local, &path, told)) {
                refused(NOT_WRITTEN, &format!("the file cannot be written: {error}"), "");
            }
        });
        let call = Call::new("downloadMessage", fields).answering(|own, _| own.clone());
        self.run(call, copy).inspect_err(|_| self.files.wait_no_more(&answer))
    }

    fn copy(&self, local: &str, path: &str, answer: Answer) {
        let call = match std::fs::copy(local, path) {
            Ok(size) => Call::new("getLoginStatus", json!({})).answering(move |_, _| sizes(size, size)),
            Err(error) => Call::failing(NOT_WRITTEN, format!("the file cannot be written: {error}")),
        };
        let told = Arc::clone(&answer);
        if self.run(call, answer).is_err() {
            // The thread that closes the client answers: callbacks run one at a time.
            lock(&self.copies.untold).push(told);
        }
    }
}

/// The threads that copy files.
#[derive(Default)]
pub(crate) struct Copies {
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Answers that could not be given, because the client was being closed.
    untold: Mutex<Vec<Answer>>,
}

impl Copies {
    fn begin(&self, copy: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        let thread = Builder::new().name("timsdk-copy".to_owned()).spawn(copy)?;
        let mut threads = lock(&self.threads);
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
        Ok(())
    }

    /// Waits for them, once the client is closed, and answers.
    pub(crate) fn end(&self) {
        let threads = std::mem::take(&mut *lock(&self.threads));
        for thread in threads {
            // It ends with a panic at the worst.
            let _ = thread.join();
        }
        let untold = std::mem::take(&mut *lock(&self.untold));
        for answer in untold {
            answer(CANCELLED, "logged out before this was done", "");
        }
    }
}

/// Where a file of a message lies, once it was fetched.
pub(crate) fn local_path(message: &Value, file: &File) -> String {
    let image = || {
        let images = list(field(field(message, "imageElem"), "imageList")).iter();
        images
            .filter(|image| number(image, "type") == file.image_type)
            .map(|image| text(image, "localUrl"))
            .next()
    };
    let video = if file.is_snapshot {
        "localSnapshotUrl"
    } else {
        "localVideoUrl"
    };
    let path = [
        image().unwrap_or_default(),
        text(field(message, "soundElem"), "localUrl"),
        text(field(message, "videoElem"), video),
        text(field(message, "fileElem"), "localUrl"),
    ];
    path.into_iter()
        .find(|path| !path.is_empty())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_is_found_by_its_id() {
        let files = Files::default();
        let image = json!({
            "msgID": "m1",
            "imageElem": { "imageList": [
                { "uuid": "a", "type": 0 }, { "uuid": "b", "type": 1 }, { "uuid": "a", "type": 2 },
            ] },
        });
        let video = json!({ "msgID": "m2", "videoElem": { "UUID": "v", "snapshotUUID": "s" } });
        files.note(&json!({ "conversationList": [{ "lastMessage": image }] }));
        files.note(&json!([video]));
        let file = |msg_id: &str, image_type, is_snapshot| {
            Some(File {
                msg_id: msg_id.to_owned(),
                image_type,
                is_snapshot,
            })
        };
        assert_eq!(files.find("a"), file("m1", 0, false));
        assert_eq!(files.find("b"), file("m1", 1, false));
        assert_eq!(files.find("v"), file("m2", 0, false));
        assert_eq!(files.find("s"), file("m2", 0, true));
        assert_eq!(files.find("x"), None);
    }
}
