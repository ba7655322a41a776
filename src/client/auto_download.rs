//! The thread that fetches small files of messages before the app asks, where the config has `autoDownloadBytes`.

use super::login::Login;
use crate::backend::Deadline;
use crate::engine::WantedFile;
use crate::model::lock::lock;
use crate::model::sync::atomic::AtomicBool;
use crate::model::sync::thread::{self, JoinHandle};
use crate::model::sync::{Arc, Mutex};
use crate::model::{Error, Result, Status};
use std::time::Duration;

/// How long one file may take.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The thread; none where the config wants no files.
pub(super) struct AutoDownload(Mutex<Option<JoinHandle<()>>>);

impl AutoDownload {
    /// Starts it. Files of more than `most` bytes are left to the app.
    pub(super) fn start(login: &Arc<Login>, cancelled: &Arc<AtomicBool>, most: u64) -> Result<Self> {
        if most == 0 {
            return Ok(Self(Mutex::new(None)));
        }
        let fetcher = Fetcher {
            login: Arc::clone(login),
            cancelled: Arc::clone(cancelled),
            most,
        };
        let thread = thread::Builder::new()
            .name("libim-files".to_owned())
            .spawn(move || fetcher.run())
            .map_err(|error| Error::internal(format!("cannot start the thread that fetches files: {error}")))?;
        Ok(Self(Mutex::new(Some(thread))))
    }

    /// Ends it, after the flag of the client that is being closed was set. What is not here yet is fetched the next time.
    pub(super) fn end(&self, login: &Login) {
        login.account.files_wanted.end();
        let thread = lock(&self.0).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            log::error!("the thread that fetches files ended in a panic");
        }
    }
}

struct Fetcher {
    login: Arc<Login>,
    cancelled: Arc<AtomicBool>,
    most: u64,
}

impl Fetcher {
    fn run(&self) {
        while self.login.account.files_wanted.wait() {
            if let Err(error) = self.fetch_all() {
                // With the next connection, or the next message with a file.
                log::info!("files of messages are fetched later: {}", error.desc);
            }
        }
    }

    /// Fetches what has arrived. What fails for its own sake is left; an error means that the rest would fail now, too.
    fn fetch_all(&self) -> Result<()> {
        let engine = self.login.account.engine();
        let arrived = engine.arrived_files(self.most)?;
        for file in &arrived.files {
            match self.fetch(file) {
                Err(error) if is_about_all(error.status) => return Err(error),
                // The app has heard of it.
                Err(_) | Ok(()) => {}
            }
        }
        engine.took_arrived_files(&arrived)
    }

    fn fetch(&self, wanted: &WantedFile) -> Result<()> {
        let engine = self.login.account.engine();
        // It may be in the message itself, or here by now.
        if engine.downloaded(wanted)?.is_some() {
            return Ok(());
        }
        let deadline = Deadline::new(TIMEOUT, Arc::clone(&self.cancelled));
        let backend = self.login.backend_for(&[], &deadline)?;
        engine.download(wanted, |file, is_cancelled, take| {
            let mut size = 0;
            backend.fetch_file(file, &deadline.unless(is_cancelled), &mut |bytes, total| {
                size += bytes.len() as u64;
                if size.max(total) > self.most {
                    return Err(self.too_large());
                }
                take(bytes, total)
            })
        })?;
        Ok(())
    }

    fn too_large(&self) -> Error {
        let desc = format!("the file has more than the {} bytes of autoDownloadBytes", self.most);
        Error::new(Status::FileDownloadFailed, desc)
    }
}

/// Whether an error has nothing to do with the one file.
fn is_about_all(status: Status) -> bool {
    matches!(
        status,
        Status::Disconnected
            | Status::NotLoggedIn
            | Status::Cancelled
            | Status::IoFailed
            | Status::DatabaseFailed
            | Status::NotInitialized
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Script;
    use super::super::{Call, Client};
    use crate::backend::LinkState;
    use crate::events::{Event, Listener};
    use crate::model::media::FileElem;
    use crate::model::web::hex;
    use crate::model::{Change, ConversationId, Elem, Error, Inbound, Message, MessageBody, Micros, UserId};
    use serde_json::{Value, json};
    use sha2::{Digest, Sha256};
    use std::sync::{Arc, mpsc};
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(60);

    struct Ends(mpsc::Sender<Value>);

    impl Listener for Ends {
        fn on_event(&self, event: Event, payload: &str) {
            let payload: Value = serde_json::from_str(payload).unwrap();
            if event == Event::MessageDownloadProgress && (payload["isFinish"] == true || payload["isError"] == true) {
                self.0.send(payload).unwrap();
            }
        }
    }

    fn open(server: &Script) -> (tempfile::TempDir, Arc<Client>, mpsc::Receiver<Value>) {
        let (dir, client) = server.open_with(&json!({ "autoDownloadBytes": 10 }));
        let (sender, ends) = mpsc::channel();
        client.add_listener(0, Arc::new(Ends(sender))).unwrap();
        Call::now(&client).login(None, LONG).unwrap();
        (dir, client, ends)
    }

    /// A file of bob's, a friend, that is said to have a size.
    fn arrives(server: &Script, seq: u64, content: &[u8], size: i64) {
        let bob = UserId::trusted("bob");
        let uuid = hex(&Sha256::digest(content));
        server.keep_file(&uuid, content);
        let file = FileElem {
            uuid,
            file_size: size,
            ..FileElem::default()
        };
        let message = Message {
            msg_id: format!("m{seq}"),
            conversation: ConversationId::c2c(&bob),
            sender: bob.clone(),
            nick_name: String::new(),
            face_url: String::new(),
            seq,
            time: Micros::now(),
            revoked: None,
            body: MessageBody::of(Elem::File(file)),
        };
        let friend = Change::Friend {
            user_id: bob,
            remark: Some(String::new()),
        };
        let batch = Inbound {
            live: true,
            changes: vec![friend, Change::Message(message)],
            ..Inbound::default()
        };
        server.sink().apply(batch).unwrap();
    }

    fn ended(ends: &mpsc::Receiver<Value>) -> (String, i64) {
        let end = ends.recv_timeout(LONG).unwrap();
        (
            end["msgID"].as_str().unwrap().to_owned(),
            end["errorCode"].as_i64().unwrap(),
        )
    }

    #[test]
    fn a_small_file_comes_and_one_that_lies_about_its_size_does_not() {
        let server = Script::default();
        let (dir, client, ends) = open(&server);
        arrives(&server, 1, b"0123456789", 10);
        assert_eq!(ended(&ends), ("m1".to_owned(), 0));
        arrives(&server, 2, b"0123456789a", 11);
        arrives(&server, 3, b"0123456789b", 1);
        assert_eq!(ended(&ends), ("m3".to_owned(), 6009), "and m2 was not tried");
        client.close().unwrap();
        let files: Vec<_> = std::fs::read_dir(dir.path().join("alice/media")).unwrap().collect();
        assert_eq!(files.len(), 1);
    }

    #[test]
    fn what_the_connection_cuts_comes_with_the_next_one() {
        let server = Script::default();
        let (_dir, _client, ends) = open(&server);
        server.go_down();
        server.sink().report(LinkState::Failed(Error::disconnected("gone")));
        arrives(&server, 1, b"one", 3);
        arrives(&server, 2, b"two", 3);
        server.come_back();
        server.sink().report(LinkState::Connected);
        // The newest first of those that are known when the thread looks, which may have been before the second came.
        let mut both = [ended(&ends), ended(&ends)];
        both.sort();
        assert_eq!(both, [("m1".to_owned(), 0), ("m2".to_owned(), 0)]);
    }
}
