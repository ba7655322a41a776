//! A room's subject, which is the group's notification. A room says it to whoever enters, and to all when it changes. Where its
//! archive keeps the changes, they are messages of the group's history; else each device has those that it saw.

use super::enter::ENTERING;
use super::said_tips::on_seen;
use super::state::Rooms;
use crate::backend::xmpp::address;
use crate::backend::xmpp::error::{XmppError, XmppResult};
use crate::backend::xmpp::stanza::{muc, xml};
use crate::model::id::quoted;
use crate::model::tips::{GroupChangeInfo, GroupChangeType, GroupMemberInfo, GroupTipsElem, GroupTipsType};
use crate::model::{Change, Elem, MessageBody, Status, UserId};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;

/// Sets a room's subject, and waits until the room says it.
pub(crate) async fn set(rooms: &Rooms, room: &BareJid, subject: &str) -> XmppResult<()> {
    // As the room will say it: XML knows one kind of line end, and not every character.
    let subject = &xml::readable(&subject.replace("\r\n", "\n").replace('\r', "\n"));
    let is_set = || rooms.with(room, |room| room.subject.as_deref() == Some(subject)) == Some(true);
    if is_set() {
        return Ok(());
    }
    let id = uuid::Uuid::new_v4().to_string();
    // Before it is sent, so that no answer is missed.
    let (mut changes, returned) = (rooms.changes(), rooms.begin_sending(room, &id));
    rooms.session.send(muc::set_subject(room, &id, subject));
    // Not every room keeps the id of what it shows.
    let shown = async { while !is_set() && changes.changed().await.is_ok() {} };
    let outcome = async {
        tokio::select! {
            () = shown => Ok(()),
            returned = returned => returned.unwrap_or_else(|_| {
                let text = format!("you ceased to be a member of groupID {}", quoted(room.as_str()));
                Err(XmppError::account(Status::NoPermission, text))
            }),
        }
    };
    let outcome = rooms.session.within(ENTERING, rooms.session.unless_over(outcome)).await;
    rooms.stop_sending(room, &id);
    outcome.unwrap_or_else(|| {
        Err(XmppError::Timeout(
            "the room did not show its new subject in time".into(),
        ))
    })?
}

/// Notes the subject that a room says. False for any other message.
pub(super) fn on_subject(
    rooms: &Rooms,
    room: &BareJid,
    message: &Message,
    sender: Option<&BareJid>,
    is_archived: bool,
) -> XmppResult<bool> {
    let Some(subject) = muc::subject(message) else {
        return Ok(false);
    };
    let before = rooms.with(room, |room| room.subject.replace(subject.clone()));
    rooms.has_changed();
    let group_id = address::group_id(room);
    let noted = Change::GroupNotification {
        group_id,
        notification: subject.clone(),
    };
    // The first one is said to whoever enters, and is no news.
    let is_news = matches!(&before, Some(Some(before)) if *before != subject);
    rooms.with(room, |room| room.keeps_subjects = is_archived);
    if is_news && !is_archived {
        let by = sender.map(address::user_id);
        let tip = elem(room, member(by.clone(), String::new(), String::new()), &subject);
        on_seen(rooms, room, by, tip, vec![noted]);
    } else {
        rooms.session.apply(true, vec![noted])?;
    }
    Ok(true)
}

/// The change of a subject, as a message of the history.
pub(super) fn body(room: &BareJid, subject: &str, by: UserId, (nick_name, face_url): (String, String)) -> MessageBody {
    let elem = elem(room, member(Some(by), nick_name, face_url), subject);
    MessageBody {
        is_excluded_from_unread_count: true,
        ..MessageBody::of(Elem::GroupTips(Box::new(elem)))
    }
}

fn member(by: Option<UserId>, nick_name: String, face_url: String) -> GroupMemberInfo {
    GroupMemberInfo {
        user_id: by.map(|by| by.to_string()).unwrap_or_default(),
        nick_name,
        face_url,
        ..GroupMemberInfo::default()
    }
}

fn elem(room: &BareJid, by: GroupMemberInfo, subject: &str) -> GroupTipsElem {
    GroupTipsElem {
        group_id: address::group_id(room).to_string(),
        r#type: GroupTipsType::GroupInfoChange as i64,
        op_member: by,
        group_change_info_list: vec![GroupChangeInfo::text(GroupChangeType::Notification, subject)],
        ..GroupTipsElem::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::xmpp::features::rooms::join::tests::rooms;
    use crate::backend::xmpp::features::rooms::messages::on_message;
    use crate::backend::xmpp::features::rooms::state::Room;
    use crate::backend::xmpp::session::tests::{Account, run};
    use std::rc::Rc;
    use tokio::task::{spawn_local, yield_now};
    use xmpp_parsers::minidom::Element;

    fn say(rooms: &Rc<Rooms>, room: &BareJid, subject: &str, more: &str) {
        let xml = format!(
            "<message xmlns='jabber:client' type='groupchat' from='{room}/olga'><subject>{subject}</subject>{more}</message>"
        );
        on_message(rooms, Message::try_from(xml.parse::<Element>().unwrap()).unwrap());
    }

    /// What was told since the last time: the notification, and whether as a message, as seen, or else not at all.
    fn told(account: &Account) -> Vec<(&'static str, String)> {
        let changes = std::mem::take(&mut *account.changes.lock().unwrap());
        let text = |tips: &GroupTipsElem| tips.group_change_info_list[0].value.clone();
        let told = changes.into_iter().map(|change| match change {
            Change::GroupNotification { notification, .. } => ("noted", notification),
            Change::SeenInGroup { tips, .. } => ("seen", text(&tips)),
            Change::UnnumberedMessage(said) => match &said.message.body.elem {
                Elem::GroupTips(tips) => ("said", text(tips)),
                other => ("other", format!("{other:?}")),
            },
            other => panic!("{other:?}"),
        });
        told.collect()
    }

    fn in_room(rooms: &Rooms, room: &BareJid) {
        let state = Room::entering("alice", None);
        let _ = state.hold.release();
        rooms.insert(room, state);
    }

    #[test]
    fn the_subject_at_the_door_is_known_and_only_a_change_of_it_is_told() {
        run(async {
            let (rooms, account, _outgoing, room) = rooms();
            in_room(&rooms, &room);
            say(&rooms, &room, "Hello", "");
            assert_eq!(told(&account), [("noted", "Hello".to_owned())]);
            // Again, as some rooms do for each device that enters.
            say(&rooms, &room, "Hello", "");
            assert_eq!(told(&account), [("noted", "Hello".to_owned())]);
            let archived = format!("<stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='7'/>");
            say(&rooms, &room, "Bye", &archived);
            let bye = || "Bye".to_owned();
            assert_eq!(told(&account), [("noted", bye()), ("said", bye())]);
            // A room without an archive.
            say(&rooms, &room, "", "");
            assert_eq!(told(&account), [("noted", String::new()), ("seen", String::new())]);
            for more in ["<body>hi</body>", "<thread>t</thread>"] {
                say(&rooms, &room, "About", more);
                assert!(told(&account).iter().all(|(how, _)| *how == "other"), "{more}");
            }
        });
    }

    #[test]
    fn whoever_sets_a_subject_waits_for_the_room() {
        run(async {
            let (rooms, _account, mut outgoing, room) = rooms();
            in_room(&rooms, &room);
            say(&rooms, &room, "Hello", "");
            set(&rooms, &room, "Hello").await.unwrap();
            assert!(outgoing.try_recv().is_err(), "it is that already");
            let setting = || {
                let (rooms, room) = (Rc::clone(&rooms), room.clone());
                spawn_local(async move { set(&rooms, &room, "Bye").await })
            };
            let refused = setting();
            yield_now().await;
            let Ok(tokio_xmpp::Stanza::Message(sent)) = outgoing.try_recv().map(|sent| sent.stanza) else {
                panic!("nothing was sent");
            };
            assert_eq!(muc::subject(&sent).as_deref(), Some("Bye"));
            let error = XmppError::account(Status::NoPermission, "not you");
            rooms.end_sending(&room, &sent.id.unwrap().0, Err(error));
            assert!(refused.await.unwrap().is_err());
            let done = setting();
            yield_now().await;
            assert!(!done.is_finished());
            say(&rooms, &room, "Bye", "");
            done.await.unwrap().unwrap();
        });
    }
}
