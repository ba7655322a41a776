//! A room's name, its picture, and its group type in V2TIM's terms.
//!
//! A type is a preset of the room's configuration. What the configuration alone cannot tell apart stands in the room's
//! description, as JSON, together with the address of the picture and the introduction; a room that others made is judged by its
//! features, and its description is the introduction.

use super::forms;
use super::recall::Moderation;
use crate::backend::xmpp::ns::MUC_ROOM_INFO;
use crate::model::{GroupAddOpt, GroupType};
use serde::{Deserialize, Serialize};
use xmpp_parsers::data_forms::DataForm;
use xmpp_parsers::disco::DiscoInfoResult;

/// libim's data in a room's description.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    group_type: Option<GroupType>,
    #[serde(default)]
    face_url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    introduction: String,
    /// Prosody does not tell it of rooms that are open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    members_invite: Option<bool>,
}

/// A room's data, from its disco answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoomInfo {
    pub(crate) name: String,
    pub(crate) face_url: String,
    pub(crate) introduction: String,
    /// The subject, where the room tells it to everybody.
    pub(crate) subject: Option<String>,
    /// Whether the description is libim's.
    pub(crate) is_described: bool,
    pub(crate) group_type: GroupType,
    pub(crate) member_count: i64,
    /// Whether everybody may enter.
    pub(crate) is_open: bool,
    /// Whether those without voice cannot speak.
    pub(crate) heeds_voice: bool,
    /// How it is asked to recall what others have said; `None` where it does not do that.
    pub(crate) moderation: Option<Moderation>,
    /// Whether ordinary members may invite; `None` where the room does not say.
    pub(crate) members_invite: Option<bool>,
    /// The same, as the description says it.
    pub(crate) described_invites: Option<bool>,
}

impl RoomInfo {
    /// A room of which no more is known.
    pub(crate) fn named(name: String) -> Self {
        Self {
            name,
            face_url: String::new(),
            introduction: String::new(),
            subject: None,
            is_described: false,
            group_type: GroupType::Public,
            member_count: 0,
            is_open: false,
            heeds_voice: false,
            moderation: None,
            members_invite: None,
            described_invites: None,
        }
    }

    /// Whom ordinary members may bring in.
    pub(crate) fn approve_opt(&self) -> GroupAddOpt {
        if self.members_invite.unwrap_or(self.group_type == GroupType::Work) {
            GroupAddOpt::Any
        } else {
            GroupAddOpt::Forbid
        }
    }
}

/// Whether it is a room that answers. Others can name any address in an invitation.
pub(crate) fn is_room(disco: &DiscoInfoResult) -> bool {
    let mut identities = disco.identities.iter();
    identities.any(|identity| identity.category == "conference")
}

/// Reads what a room answers to who asks for its features.
pub(crate) fn read(disco: &DiscoInfoResult) -> RoomInfo {
    let form = disco
        .extensions
        .iter()
        .find(|form| form.form_type() == Some(MUC_ROOM_INFO));
    let about = |var| form.and_then(|form| forms::value(form, var)).unwrap_or_default();
    let text = about("muc#roominfo_description");
    let ours = described(text);
    let is_described = ours.is_some();
    // A description that others wrote is a text, and says nothing of the type.
    let description = ours.unwrap_or_else(|| Description {
        introduction: text.to_owned(),
        ..Description::default()
    });
    let has = |feature: &str| disco.features.contains(feature);
    let by_features = || match (has("muc_membersonly"), has("muc_hidden"), has("muc_temporary")) {
        (true, _, _) => GroupType::Work,
        (false, _, true) => GroupType::AVChatRoom,
        (false, true, false) => GroupType::Meeting,
        (false, false, false) => GroupType::Public,
    };
    let mut identities = disco.identities.iter();
    let identity = identities.find(|identity| identity.category == "conference");
    RoomInfo {
        name: identity.and_then(|identity| identity.name.clone()).unwrap_or_default(),
        face_url: description.face_url,
        introduction: description.introduction,
        subject: form
            .and_then(|form| forms::value(form, "muc#roominfo_subject"))
            .map(str::to_owned),
        is_described,
        group_type: description.group_type.unwrap_or_else(by_features),
        member_count: about("muc#roominfo_occupants").parse().unwrap_or_default(),
        is_open: !has("muc_membersonly"),
        // Prosody, by a field of its own, lets those without voice speak nowhere; others only in moderated rooms (XEP-0045).
        heeds_voice: has("muc_moderated") || form.is_some_and(|form| forms::value(form, PROSODY_INVITES).is_some()),
        moderation: Moderation::announced(has),
        members_invite: description
            .members_invite
            .or_else(|| members_invite(form?, has("muc_membersonly"))),
        described_invites: description.members_invite,
    }
}

fn members_invite(form: &DataForm, is_members_only: bool) -> Option<bool> {
    let prosody = forms::value(form, PROSODY_INVITES);
    // Of an open room Prosody always says yes.
    if prosody.is_some() && !is_members_only {
        return None;
    }
    let said = prosody.or_else(|| forms::value(form, "muc#roomconfig_allowinvites"));
    said.map(|said| matches!(said, "1" | "true"))
}

/// What a description of libim's says; `None` for a text of others.
fn described(text: &str) -> Option<Description> {
    serde_json::from_str(text).ok().filter(|_| text.starts_with('{'))
}

/// The preset of a type: (members only, in the public list).
fn preset(group_type: GroupType) -> (bool, bool) {
    match group_type {
        GroupType::Work => (true, false),
        GroupType::Public | GroupType::Community => (false, true),
        GroupType::Meeting | GroupType::AVChatRoom => (false, false),
    }
}

/// Prosody's own field for whether members may invite.
const PROSODY_INVITES: &str = "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites";

/// The fields for whether members may invite: ejabberd's, and Prosody's for rooms for members only.
pub(crate) const INVITES: [&str; 2] = ["muc#roomconfig_allowinvites", PROSODY_INVITES];

/// A field of a room's configuration and its value.
pub(crate) type Wanted = (&'static str, String);

/// The configuration of a new room.
pub(crate) fn of_new(
    group_type: GroupType,
    name: &str,
    face_url: &str,
    approve_opt: Option<GroupAddOpt>,
) -> Vec<Wanted> {
    let (members_only, public) = preset(group_type);
    let new = RoomInfo {
        group_type,
        is_described: true,
        described_invites: approve_opt.map(|approve_opt| approve_opt == GroupAddOpt::Any),
        ..RoomInfo::named(name.to_owned())
    };
    let flag = |flag: bool| if flag { "1" } else { "0" }.to_owned();
    let mut wanted = vec![
        with_name(name),
        with_description(&new, Some(face_url), None),
        ("muc#roomconfig_persistentroom", flag(true)),
        ("muc#roomconfig_publicroom", flag(public)),
        ("muc#roomconfig_membersonly", flag(members_only)),
        // In moderated rooms some ejabberd (23.01) let users in again who were removed or banned.
        ("muc#roomconfig_moderatedroom", flag(false)),
        // Members are users, so their addresses have to show.
        ("muc#roomconfig_whois", "anyone".to_owned()),
        ("muc#roomconfig_enablearchiving", flag(true)),
        ("muc#roomconfig_changesubject", flag(false)),
        // ejabberd's name for the archive.
        ("mam", flag(true)),
    ];
    wanted.extend(with_invitations(members_may_invite(group_type, approve_opt)));
    wanted
}

/// Whether ordinary members of a new room may invite.
pub(crate) fn members_may_invite(group_type: GroupType, approve_opt: Option<GroupAddOpt>) -> bool {
    match approve_opt {
        Some(approve_opt) => approve_opt == GroupAddOpt::Any,
        None => matches!(group_type, GroupType::Work | GroupType::Community),
    }
}

/// Whether ordinary members may invite, in a configuration.
pub(crate) fn with_invitations(members_invite: bool) -> Vec<Wanted> {
    let flag = if members_invite { "1" } else { "0" };
    INVITES.map(|field| (field, flag.to_owned())).to_vec()
}

/// The name, in a configuration.
pub(crate) fn with_name(name: &str) -> Wanted {
    ("muc#roomconfig_roomname", name.to_owned())
}

/// The picture, the introduction and the type, in a configuration. What is not given stays as the room has it.
pub(crate) fn with_description(info: &RoomInfo, face_url: Option<&str>, introduction: Option<&str>) -> Wanted {
    let description = Description {
        group_type: Some(info.group_type),
        face_url: face_url.unwrap_or(&info.face_url).to_owned(),
        introduction: introduction.unwrap_or(&info.introduction).to_owned(),
        members_invite: info.described_invites,
    };
    // Other clients show it: where others have written a text, it stays one as long as that can say all.
    let is_text = !info.is_described && description.face_url.is_empty();
    if is_text && described(&description.introduction).is_none() {
        return ("muc#roomconfig_roomdesc", description.introduction);
    }
    let json = serde_json::to_string(&description).unwrap_or_default();
    ("muc#roomconfig_roomdesc", json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmpp_parsers::minidom::Element;

    fn info(features: &[&str], description: &str) -> RoomInfo {
        let features: String = features
            .iter()
            .map(|feature| format!("<feature var='{feature}'/>"))
            .collect();
        let xml = format!(
            "<query xmlns='http://jabber.org/protocol/disco#info'>\
             <identity category='conference' type='text' name='Team'/>\
             <feature var='http://jabber.org/protocol/disco#info'/>{features}\
             <x xmlns='jabber:x:data' type='result'>\
             <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roominfo</value></field>\
             <field var='muc#roominfo_description'><value>{description}</value></field>\
             <field var='muc#roominfo_occupants'><value>3</value></field></x></query>"
        );
        read(&DiscoInfoResult::try_from(xml.parse::<Element>().unwrap()).unwrap())
    }

    #[test]
    fn what_libim_writes_into_a_room_is_read_again() {
        for group_type in [
            GroupType::Work,
            GroupType::Public,
            GroupType::Meeting,
            GroupType::Community,
        ] {
            let wanted = of_new(group_type, "Team", "https://example.org/t.png", None);
            let value = |name: &str| &wanted.iter().find(|(var, _)| *var == name).unwrap().1;
            assert_eq!(value("muc#roomconfig_roomname"), "Team");
            let read = info(&[], value("muc#roomconfig_roomdesc"));
            assert_eq!(
                (read.group_type, read.face_url.as_str()),
                (group_type, "https://example.org/t.png")
            );
            assert_eq!((read.name.as_str(), read.member_count), ("Team", 3));
        }
    }

    #[test]
    fn an_introduction_stays_when_the_picture_changes_and_a_text_of_others_stays_a_text() {
        let ours = info(&[], r#"{"groupType":"Meeting","faceUrl":"face"}"#);
        let (_, written) = with_description(&ours, None, Some("Who we are"));
        let read = info(&[], &written);
        assert_eq!(
            (read.group_type, read.face_url.as_str(), read.introduction.as_str()),
            (GroupType::Meeting, "face", "Who we are")
        );
        let (_, written) = with_description(&read, Some("other"), None);
        assert_eq!(info(&[], &written).introduction, "Who we are");

        let others = info(&["muc_hidden"], "Our lovely room");
        assert_eq!(others.introduction, "Our lovely room");
        assert_eq!(with_description(&others, None, Some("Come in")).1, "Come in");
        let pictured = info(&[], &with_description(&others, Some("face"), None).1);
        assert_eq!(
            (pictured.introduction.as_str(), pictured.group_type),
            ("Our lovely room", GroupType::Meeting)
        );
        let looks_like_ours = with_description(&others, None, Some("{}")).1;
        assert_eq!(info(&[], &looks_like_ours).introduction, "{}");
    }

    #[test]
    fn whom_members_may_bring_in_is_the_rooms_to_say_and_else_the_types() {
        let said = |fields: &str| {
            let xml = format!(
                "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/>\
                 <feature var='muc_membersonly'/><x xmlns='jabber:x:data' type='result'>\
                 <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roominfo</value></field>\
                 {fields}</x></query>"
            );
            read(&DiscoInfoResult::try_from(xml.parse::<Element>().unwrap()).unwrap()).approve_opt()
        };
        for field in INVITES {
            for (value, expected) in [("1", GroupAddOpt::Any), ("0", GroupAddOpt::Forbid)] {
                let field = format!("<field var='{field}'><value>{value}</value></field>");
                assert_eq!(said(&field), expected, "{field}");
            }
        }
        assert_eq!(said(""), GroupAddOpt::Any);
        assert_eq!(info(&[], "").approve_opt(), GroupAddOpt::Forbid);
        // Where the room tells nothing, libim's description does.
        let described = of_new(GroupType::Public, "", "", Some(GroupAddOpt::Any));
        let described = described.iter().find(|(var, _)| *var == "muc#roomconfig_roomdesc");
        let described = info(&[], &described.unwrap().1);
        assert_eq!(described.approve_opt(), GroupAddOpt::Any);
        let (_, again) = with_description(&described, Some("face"), None);
        assert_eq!(info(&[], &again).approve_opt(), GroupAddOpt::Any);
        assert_eq!(info(&["muc_membersonly"], "").approve_opt(), GroupAddOpt::Any);
        let wanted = |approve_opt| {
            let wanted = of_new(GroupType::Public, "", "", approve_opt);
            let flag = wanted.into_iter().find(|(var, _)| *var == INVITES[0]);
            flag.unwrap().1
        };
        assert_eq!(
            (wanted(None).as_str(), wanted(Some(GroupAddOpt::Any)).as_str()),
            ("0", "1")
        );
    }

    #[test]
    fn a_room_of_others_is_judged_by_its_features() {
        let group_type = |features: &[&str]| info(features, "Our lovely room").group_type;
        assert_eq!(group_type(&["muc_membersonly", "muc_temporary"]), GroupType::Work);
        assert_eq!(group_type(&["muc_open", "muc_temporary"]), GroupType::AVChatRoom);
        assert_eq!(group_type(&["muc_hidden"]), GroupType::Meeting);
        assert_eq!(group_type(&[]), GroupType::Public);
        assert!(!info(&["muc_membersonly"], "").is_open && info(&[], "").is_open);
    }
}
