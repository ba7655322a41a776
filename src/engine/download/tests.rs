//! Downloads, also of messages that are lost meanwhile.

use super::*;
use crate::engine::fixture::{Fixture, bob, message};
use crate::events::Event;
use crate::model::media::FileElem;
use crate::model::web::hex;
use crate::model::{Change, Elem, MessageBody};
use serde_json::Value;
use sha2::{Digest, Sha256};

const CONTENT: &[u8] = b"what bob has sent";

const PART: FilePart = FilePart {
    image_type: 0,
    is_snapshot: false,
};

fn with_file() -> Fixture {
    let fixture = Fixture::new();
    let mut file = message(&bob(), "bob", 1);
    file.body = MessageBody::of(Elem::File(FileElem {
        path: "/home/bob/secret".to_owned(),
        uuid: hex(&Sha256::digest(CONTENT)),
        local_url: "/home/bob/secret".to_owned(),
        ..FileElem::default()
    }));
    fixture.live(Change::Message(file));
    fixture.told();
    fixture
}

fn ends(fixture: &Fixture) -> Vec<Value> {
    let told = fixture.told().into_iter();
    let told = told.filter(|(event, _)| *event == Event::MessageDownloadProgress);
    told.map(|(_, payload)| payload)
        .filter(|payload| payload["isFinish"] == true || payload["isError"] == true)
        .collect()
}

fn shown(fixture: &Fixture) -> String {
    let file = &fixture.row(&bob())["lastMessage"]["fileElem"];
    assert_eq!(file["path"], "");
    file["localUrl"].as_str().unwrap().to_owned()
}

#[test]
fn a_download_ends_once_and_the_file_is_shown_wherever_the_message_is() {
    let fixture = with_file();
    assert_eq!(shown(&fixture), "");
    let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
    assert!(fixture.engine.downloaded(&wanted).unwrap().is_none());
    let message = fixture.engine.download(&wanted, |_, _, take| {
        let again = fixture.engine.download(&wanted, |_, _, _| Ok(()));
        assert_eq!(again.unwrap_err().status, Status::InProgress);
        CONTENT.chunks(5).try_for_each(|part| take(part, CONTENT.len() as u64))
    });
    let message: Value = serde_json::from_str(&message.unwrap()).unwrap();
    let path = message["fileElem"]["localUrl"].as_str().unwrap();
    assert_eq!(std::fs::read(path).unwrap(), CONTENT);
    assert_eq!(shown(&fixture), path);
    let size = &fixture.row(&bob())["lastMessage"]["fileElem"]["fileSize"];
    assert_eq!(*size, CONTENT.len(), "bob did not say");
    let told = ends(&fixture);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (&told[0]["path"], &told[0]["currentSize"]),
        (&path.into(), &CONTENT.len().into())
    );
    // Again: it is there. Gone: it is not shown any more.
    assert!(fixture.engine.downloaded(&wanted).unwrap().is_some());
    assert_eq!(ends(&fixture).len(), 1);
    std::fs::remove_file(path).unwrap();
    let url: Value = serde_json::from_str(&fixture.engine.online_url("m1").unwrap()).unwrap();
    assert_eq!(url["fileElem"]["localUrl"], "");
}

#[test]
fn one_that_fails_ends_with_its_error_and_can_be_tried_again() {
    let fixture = with_file();
    let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
    let cut = fixture.engine.download(&wanted, |_, _, take| {
        take(b"what", 17)?;
        Err(Error::disconnected("gone"))
    });
    assert_eq!(cut.unwrap_err().status, Status::Disconnected);
    let other = fixture
        .engine
        .download(&wanted, |_, _, take| take(b"something else", 14));
    assert_eq!(other.unwrap_err().status, Status::FileDownloadFailed);
    let told = ends(&fixture);
    let codes: Vec<&Value> = told.iter().map(|end| &end["errorCode"]).collect();
    assert_eq!(codes, [9508, 6009]);
    assert_eq!(shown(&fixture), "");
    assert_eq!(std::fs::read_dir(fixture.path("media")).unwrap().count(), 0);
    assert!(fixture.engine.download(&wanted, |_, _, take| take(CONTENT, 17)).is_ok());
}

#[test]
fn a_download_that_is_cancelled_ends_with_8021_also_when_its_message_was_recalled_and_only_while_it_lasts() {
    let fixture = with_file();
    let cancel = || fixture.engine.cancel_download("m1", PART);
    let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
    assert_eq!(cancel().unwrap_err().status, Status::NothingToCancel);
    let cancelled = fixture.engine.download(&wanted, |_, is_cancelled, take| {
        take(b"what", 17)?;
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: crate::model::Target::MsgId("m1".to_owned()),
            recall: crate::model::Recall::default(),
        });
        cancel()?;
        assert!(is_cancelled.load(Ordering::Acquire), "and its deadline with it");
        Err(Error::new(Status::TransferCancelled, "cancelled"))
    });
    assert_eq!(cancelled.unwrap_err().status, Status::TransferCancelled);
    assert_eq!(ends(&fixture)[0]["errorCode"], 8021);
    assert_eq!(std::fs::read_dir(fixture.path("media")).unwrap().count(), 0);
    assert_eq!(
        cancel().unwrap_err().status,
        Status::InvalidParameters,
        "it was recalled"
    );
}

#[test]
fn a_file_that_was_damaged_here_is_fetched_again() {
    let fixture = with_file();
    let fetch = || {
        let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
        if fixture.engine.downloaded(&wanted).unwrap().is_some() {
            return false;
        }
        fixture.engine.download(&wanted, |_, _, take| take(CONTENT, 0)).unwrap();
        true
    };
    let local = || {
        let found = fixture.engine.find_messages(&["m1".to_owned()]).unwrap();
        let found: Value = serde_json::from_str(&found).unwrap();
        found[0]["fileElem"]["localUrl"].as_str().unwrap().to_owned()
    };
    assert!(fetch() && !fetch());
    let path = local();
    // Cut short, as by a full disk: that is seen wherever it is shown. Other bytes are seen when it is asked for.
    std::fs::write(&path, b"what").unwrap();
    assert_eq!(local(), "");
    assert!(fetch() && !fetch());
    std::fs::write(&path, vec![b'x'; CONTENT.len()]).unwrap();
    assert!(fetch() && !fetch());
    assert_eq!(std::fs::read(local()).unwrap(), CONTENT);
}

#[test]
fn of_a_file_there_is_no_thumbnail_and_no_snapshot() {
    let fixture = with_file();
    for (image_type, is_snapshot, field) in [(1, false, "imageType 1"), (0, true, "isSnapshot true")] {
        let part = FilePart {
            image_type,
            is_snapshot,
        };
        let error = fixture.engine.wanted_file("m1", part).err().unwrap();
        assert_eq!(error.status, Status::InvalidParameters);
        assert!(error.desc.starts_with(field), "{error}");
    }
}

#[test]
fn what_has_no_file_or_was_recalled_cannot_be_downloaded() {
    let fixture = with_file();
    fixture.live(crate::engine::fixture::from_bob(2));
    for msg_id in ["m2", "unknown"] {
        let error = fixture.engine.wanted_file(msg_id, PART).err().unwrap();
        assert_eq!(error.status, Status::InvalidParameters);
    }
    fixture.live(Change::Revoked {
        conversation: bob(),
        message: crate::model::Target::MsgId("m1".to_owned()),
        recall: crate::model::Recall::default(),
    });
    assert!(fixture.engine.wanted_file("m1", PART).is_err());
}

/// A way to lose a message while its file is downloaded.
type Loss = fn(&Fixture);

fn recall(fixture: &Fixture) {
    fixture.live(Change::Revoked {
        conversation: bob(),
        message: crate::model::Target::MsgId("m1".to_owned()),
        recall: crate::model::Recall::default(),
    });
}

const LOSSES: [(&str, Loss); 4] = [
    ("recalled", recall),
    ("deleted", |fixture| {
        fixture.engine.delete_messages(&["m1".to_owned()]).unwrap();
    }),
    ("cleared", |fixture| fixture.engine.clear_history(&bob()).unwrap()),
    ("deleted with its conversation", |fixture| {
        fixture.engine.delete_conversation(&bob()).unwrap();
    }),
];

#[test]
fn a_download_ends_when_its_message_loses_the_file_and_nothing_stays() {
    for (how, lose) in LOSSES {
        // While it is under way, and when all of it is there but not kept yet.
        for is_whole in [false, true] {
            let fixture = with_file();
            let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
            let error = fixture.engine.download(&wanted, |_, is_cancelled, take| {
                take(CONTENT, 0)?;
                assert!(!is_cancelled.load(Ordering::Acquire));
                lose(&fixture);
                assert!(is_cancelled.load(Ordering::Acquire), "{how}: the rest is fetched");
                if is_whole {
                    Ok(())
                } else {
                    Err(Error::disconnected("gone"))
                }
            });
            let error = error.expect_err(how);
            assert_eq!(error.status, Status::TransferCancelled, "{how}: {error}");
            let ends = ends(&fixture);
            assert_eq!(ends.len(), 1, "{how}");
            assert_eq!(
                (&ends[0]["isError"], &ends[0]["errorCode"]),
                (&true.into(), &8021.into()),
                "{how}"
            );
            assert_eq!(std::fs::read_dir(fixture.path("media")).unwrap().count(), 0, "{how}");
            assert_eq!(
                fixture.engine.cancel_download("m1", PART).unwrap_err().status,
                Status::InvalidParameters
            );
        }
    }
}

#[test]
fn one_that_begins_when_its_message_is_gone_fetches_nothing() {
    let fixture = with_file();
    let wanted = fixture.engine.wanted_file("m1", PART).unwrap();
    recall(&fixture);
    let error = fixture
        .engine
        .download(&wanted, |_, _, _| panic!("nothing is to be fetched"));
    assert_eq!(error.unwrap_err().status, Status::TransferCancelled);
    assert_eq!(ends(&fixture).len(), 1);
}

#[test]
fn what_another_message_has_too_stays_and_goes_on() {
    let fixture = with_file();
    let mut again = message(&bob(), "bob", 2);
    again.body = MessageBody::of(Elem::File(FileElem {
        uuid: hex(&Sha256::digest(CONTENT)),
        ..FileElem::default()
    }));
    fixture.live(Change::Message(again));
    let (first, second) = ["m1", "m2"]
        .map(|id| fixture.engine.wanted_file(id, PART).unwrap())
        .into();
    let kept = fixture.engine.download(&second, |_, is_cancelled, take| {
        let lost = fixture.engine.download(&first, |_, _, take| {
            take(CONTENT, 0)?;
            recall(&fixture);
            Ok(())
        });
        assert_eq!(lost.unwrap_err().status, Status::TransferCancelled);
        assert!(!is_cancelled.load(Ordering::Acquire), "its own message has it still");
        take(CONTENT, 0)
    });
    kept.unwrap();
    assert_eq!(std::fs::read_dir(fixture.path("media")).unwrap().count(), 1);
}
