//! What a room is: its name, its picture, and which of V2TIM's group types it is.
//!
//! A type is a preset of the room's configuration. What the configuration alone cannot tell apart stands in the room's
//! description, as JSON, together with the address of the picture; a room that others made is judged by its features.

use super::bookmarks::group_id;
use super::rooms::role_of;
use super::session::Session;
use crate::backend::NewGroup;
use crate::model::{Error, Group, GroupRole, GroupType, Result, Status, UserId};
use serde::{Deserialize, Serialize};
use xmpp_parsers::data_forms::{DataForm, DataFormType, Field};
use xmpp_parsers::disco::{DiscoInfoQuery, DiscoInfoResult};
use xmpp_parsers::jid::{BareJid, Jid};
use xmpp_parsers::minidom::Element;
use xmpp_parsers::ns;
use xmpp_parsers::stanza_error::DefinedCondition;

use super::stanza::xml::element;

/// The namespace of what owners do.
pub(super) const MUC_OWNER: &str = "http://jabber.org/protocol/muc#owner";
const ROOM_INFO: &str = "http://jabber.org/protocol/muc#roominfo";
const ROOM_CONFIG: &str = "http://jabber.org/protocol/muc#roomconfig";

/// What libim keeps in a room's description.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    group_type: Option<GroupType>,
    #[serde(default)]
    face_url: String,
}

/// What a room says of itself.
#[derive(Clone, Debug)]
pub(super) struct RoomInfo {
    pub(super) name: String,
    pub(super) face_url: String,
    pub(super) group_type: GroupType,
    pub(super) member_count: i64,
    /// Whether everybody may enter.
    pub(super) is_open: bool,
}

fn value<'a>(form: &'a DataForm, var: &str) -> Option<&'a str> {
    let field = form.fields.iter().find(|field| field.var.as_deref() == Some(var))?;
    field.values.first().map(String::as_str)
}

fn read_info(disco: &DiscoInfoResult) -> RoomInfo {
    let form = disco.extensions.iter().find(|form| form.form_type() == Some(ROOM_INFO));
    let about = |var| form.and_then(|form| value(form, var)).unwrap_or_default();
    let description: Description = serde_json::from_str(about("muc#roominfo_description")).unwrap_or_default();
    let has = |feature: &str| disco.features.contains(feature);
    let by_features = || match (has("muc_membersonly"), has("muc_hidden"), has("muc_temporary")) {
        (true, _, _) => GroupType::Work,
        (false, _, true) => GroupType::AVChatRoom,
        (false, true, false) => GroupType::Meeting,
        (false, false, false) => GroupType::Public,
    };
    let identity = disco
        .identities
        .iter()
        .find(|identity| identity.category == "conference");
    RoomInfo {
        name: identity.and_then(|identity| identity.name.clone()).unwrap_or_default(),
        face_url: description.face_url,
        group_type: description.group_type.unwrap_or_else(by_features),
        member_count: about("muc#roominfo_occupants").parse().unwrap_or_default(),
        is_open: !has("muc_membersonly"),
    }
}

/// The preset of a type: (members only, in the public list).
fn preset(group_type: GroupType) -> (bool, bool) {
    match group_type {
        GroupType::Work => (true, false),
        GroupType::Public | GroupType::Community => (false, true),
        GroupType::Meeting | GroupType::AVChatRoom => (false, false),
    }
}

impl Session {
    /// What a room says of itself; `None` when there is no such room.
    pub(super) async fn room_info(&self, room: &BareJid) -> Result<Option<RoomInfo>> {
        let query = DiscoInfoQuery { node: None };
        let answer = self.iq_get_raw(Some(Jid::from(room.clone())), query.into()).await?;
        match answer {
            Ok(Some(info)) => {
                let disco = DiscoInfoResult::try_from(info)
                    .map_err(|_| Error::new(Status::Refused, "the room's answer could not be understood"))?;
                Ok(Some(read_info(&disco)))
            }
            Ok(None) => Ok(None),
            Err(error) => match error.defined_condition {
                DefinedCondition::ItemNotFound | DefinedCondition::Gone { .. } => Ok(None),
                // Not the room but our own server, where it does not speak with others.
                DefinedCondition::NotAllowed => Err(Error::new(Status::Refused, super::iq::refusal(&error).desc)),
                _ => Err(super::iq::refusal(&error)),
            },
        }
    }

    /// A room as the account sees it.
    pub(super) fn group(&self, room: &BareJid, info: &RoomInfo) -> Group {
        let (role, owner, present) = self
            .rooms
            .with(room, |room| {
                let owner = room
                    .occupants
                    .values()
                    .find(|occupant| occupant.role == GroupRole::Owner);
                let owner = owner.and_then(|owner| owner.jid.clone());
                let role = if room.is_joined { room.role } else { GroupRole::None };
                (role, owner, room.occupants.len())
            })
            .unwrap_or((GroupRole::None, None, 0));
        Group {
            group_id: group_id(room),
            group_type: info.group_type,
            group_name: info.name.clone(),
            face_url: info.face_url.clone(),
            owner: owner.map(|owner| UserId::trusted(owner.as_str())),
            create_time: 0,
            member_count: info.member_count.max(i64::try_from(present).unwrap_or(i64::MAX)),
            role,
        }
    }

    /// Gives a new room the configuration of its type.
    pub(super) async fn configure_new(&self, room: &BareJid, group: &NewGroup) -> Result<()> {
        let (members_only, public) = preset(group.group_type);
        let flag = |flag: bool| if flag { "1" } else { "0" }.to_owned();
        let description = Description {
            group_type: Some(group.group_type),
            face_url: group.face_url.clone(),
        };
        let wanted = [
            ("muc#roomconfig_roomname", group.group_name.clone()),
            ("muc#roomconfig_roomdesc", to_json(&description)),
            ("muc#roomconfig_persistentroom", flag(true)),
            ("muc#roomconfig_publicroom", flag(public)),
            ("muc#roomconfig_membersonly", flag(members_only)),
            ("muc#roomconfig_moderatedroom", flag(false)),
            ("muc#roomconfig_allowinvites", flag(true)),
            // Prosody's name for it, in rooms for members only.
            (
                "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites",
                flag(true),
            ),
            ("muc#roomconfig_whois", "anyone".to_owned()),
            ("muc#roomconfig_enablearchiving", flag(true)),
            ("muc#roomconfig_changesubject", flag(false)),
            ("mam", flag(true)),
        ];
        self.configure(room, &wanted).await
    }

    /// `setGroupInfo`.
    pub(super) async fn set_room_info(&self, room: &BareJid, name: Option<&str>, face_url: Option<&str>) -> Result<()> {
        let mut wanted = Vec::new();
        if let Some(name) = name {
            wanted.push(("muc#roomconfig_roomname", name.to_owned()));
        }
        if let Some(face_url) = face_url {
            let info = self.room_info(room).await?;
            let description = Description {
                group_type: info.map(|info| info.group_type),
                face_url: face_url.to_owned(),
            };
            wanted.push(("muc#roomconfig_roomdesc", to_json(&description)));
        }
        self.configure(room, &wanted).await
    }

    /// Changes what a room has of the wanted fields, and leaves the others as they are.
    async fn configure(&self, room: &BareJid, wanted: &[(&str, String)]) -> Result<()> {
        let to = Some(Jid::from(room.clone()));
        let query = element("query", MUC_OWNER, &[], Vec::new());
        let form = match self.iq_get_raw(to.clone(), query).await? {
            Ok(answer) => answer,
            Err(error) => return Err(super::iq::refusal(&error)),
        };
        let form = form
            .as_ref()
            .and_then(|query| query.get_child("x", ns::DATA_FORMS))
            .and_then(|form| DataForm::try_from(form.clone()).ok());
        let Some(form) = form else {
            return Err(Error::new(Status::Refused, "the room shows no configuration"));
        };
        let mut fields = Vec::new();
        for field in form.fields {
            let Some(var) = field.var.clone().filter(|var| var != "FORM_TYPE") else {
                continue;
            };
            let values = match wanted.iter().find(|(name, _)| *name == var) {
                Some((_, value)) => vec![value.clone()],
                None => field.values,
            };
            let mut field = Field::new(&var, field.type_);
            field.values = values;
            fields.push(field);
        }
        let form = DataForm::new(DataFormType::Submit, ROOM_CONFIG, fields);
        let query = element("query", MUC_OWNER, &[], vec![form.into()]);
        self.iq_set_raw(to, query).await.map(drop)
    }

    /// `dismissGroup`.
    pub(super) async fn destroy_room(&self, room: &BareJid) -> Result<()> {
        let destroy = element("destroy", MUC_OWNER, &[], Vec::new());
        let query = element("query", MUC_OWNER, &[], vec![destroy]);
        self.iq_set_raw(Some(Jid::from(room.clone())), query).await.map(drop)
    }
}

fn to_json(description: &Description) -> String {
    serde_json::to_string(description).unwrap_or_default()
}

/// The role of somebody who is on a list of the room.
pub(super) fn listed_role(affiliation: &str) -> GroupRole {
    role_of(Some(affiliation))
}

/// The items of an answer about affiliations.
pub(super) fn admin_items(answer: Option<&Element>) -> Vec<(BareJid, String)> {
    let items = answer.into_iter().flat_map(Element::children);
    items
        .filter_map(|item| {
            let jid = item.attr("jid")?.parse::<Jid>().ok()?.to_bare();
            Some((jid, item.attr("affiliation")?.to_owned()))
        })
        .collect()
}
