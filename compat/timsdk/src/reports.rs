//! Events of libim's group listener about the current user become group reports. Events about others come as tips, in the
//! group's messages.

use crate::keys::report::{self, Report};
use crate::keys::{field, list, number, text};
use crate::sdk::{Session, lock};
use im::events::Event;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// libim's kinds of applications: an invitation that the invited user decides, and one that a leader of the group decides.
const FOR_INVITEE: i64 = 1;
const FOR_LEADERS: i64 = 2;

/// The groups that the user has asked to join.
#[derive(Default)]
pub(crate) struct Asked {
    /// Those that have not answered.
    open: Mutex<HashSet<String>>,
    /// Those that have let the user in, until that is told as an event of the group.
    let_in: Mutex<HashSet<String>>,
}

impl Asked {
    pub(crate) fn add(&self, group: &str) {
        lock(&self.open).insert(group.to_owned());
    }

    /// Whether the user has asked; from now on they have not.
    pub(crate) fn take(&self, group: &str) -> bool {
        lock(&self.open).remove(group)
    }
}

impl Session {
    /// The message of the report that an event is, if it is one.
    pub(crate) fn report(&self, event: Event, own: &Value) -> Option<Value> {
        let (kind, mute_time) = self.kind(event, own)?;
        let group = own.as_str().unwrap_or_else(|| text(own, "groupID"));
        let operator = [field(own, "opUser"), field(own, "member")];
        let operator = operator.into_iter().find(|member| member.is_object());
        let by_myself = json!({ "userID": self.me() });
        let id = format!("group_{group}");
        let conversation = self.read("getConversation", &json!({ "conversationID": id }));
        let report = Report {
            kind,
            group: group.to_owned(),
            group_name: text(&conversation, "showName").to_owned(),
            operator: operator.unwrap_or(&by_myself).clone(),
            reason: text(own, "opReason").to_owned(),
            mute_time,
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Some(report::report(&report, &id_of_report(now), now.as_secs(), &self.ids))
    }

    /// Which report an event is, and how long the user is muted.
    fn kind(&self, event: Event, own: &Value) -> Option<(i64, i64)> {
        let of_me = |kind: i64| self.names_me(field(own, "memberList")).then_some((kind, 0));
        let group = own.as_str().unwrap_or_else(|| text(own, "groupID"));
        match event {
            Event::GroupCreated => Some((report::CREATE, 0)),
            Event::QuitFromGroup => {
                lock(&self.asked.let_in).remove(group);
                Some((report::QUIT, 0))
            }
            Event::GroupDismissed => Some((report::DELETE, 0)),
            // A user who has asked knows already.
            Event::MemberInvited => of_me(report::INVITE).filter(|_| !lock(&self.asked.let_in).remove(group)),
            Event::MemberKicked => of_me(report::BE_KICKED),
            Event::GrantAdministrator => of_me(report::GRANT_ADMIN),
            Event::RevokeAdministrator => of_me(report::CANCEL_ADMIN),
            Event::ReceiveJoinApplication => Some((self.kind_of_application(own), 0)),
            Event::ApplicationProcessed => {
                let is_asked = self.asked.take(group);
                let kind = match (is_asked, field(own, "isAgreeJoin") == true) {
                    (true, true) => {
                        lock(&self.asked.let_in).insert(group.to_owned());
                        report::ADD_ACCEPT
                    }
                    (true, false) => report::ADD_REFUSE,
                    (false, true) => report::INVITE_ACCEPT,
                    (false, false) => report::INVITE_REFUSE,
                };
                Some((kind, 0))
            }
            Event::MemberInfoChanged => {
                let mut changes = list(field(own, "memberChangeInfoList")).iter();
                let mine = changes.find(|change| text(change, "userID") == self.me())?;
                Some((report::SHUT_UP_MEMBER, number(mine, "muteTime")))
            }
            _ => None,
        }
    }

    /// The kind of an application: the event does not have it, the list of applications does.
    fn kind_of_application(&self, own: &Value) -> i64 {
        let all = self.read("getGroupApplicationList", &json!({}));
        let of_event = |entry: &&Value| {
            text(entry, "groupID") == text(own, "groupID")
                && text(entry, "fromUser") == text(field(own, "member"), "userID")
        };
        // The newest stands first.
        let entry = list(field(&all, "groupApplicationList")).iter().find(of_event);
        match entry.map(|entry| number(entry, "type")) {
            Some(FOR_INVITEE) => report::INVITE_REQUEST_TO_INVITEE,
            Some(FOR_LEADERS) => report::INVITE_REQUEST_TO_ADMIN,
            _ => report::ADD_REQUEST,
        }
    }

    /// libim's id of the current user.
    fn me(&self) -> &str {
        self.client.user_id().as_str()
    }

    fn names_me(&self, members: &Value) -> bool {
        list(members).iter().any(|member| text(member, "userID") == self.me())
    }
}

/// An id that no other report has.
fn id_of_report(now: Duration) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("report-{}-{}", now.as_nanos(), COUNT.fetch_add(1, Ordering::Relaxed))
}
