//! Groups: creating, joining, leaving and dismissing them.

use super::account::check_name;
use super::group_info::group_add_opt;
use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing, to_data};
use crate::backend::NewGroup;
use crate::client::Call;
use crate::events::Event;
use crate::model::id::quoted;
use crate::model::strict::Object;
use crate::model::{ConversationId, Error, GroupAddOpt, GroupRole, GroupType, Result, Status};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Creates a group, owned by the current user.
///
/// The server decides what each type of group allows; docs/embedded.md and docs/xmpp.md list it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateGroup {
    /// The type of the group: `Work`, `Public`, `Meeting`, `AVChatRoom` or `Community`.
    #[cfg_attr(feature = "schema", schemars(with = "GroupType"))]
    group_type: String,
    /// The id of the group. Absent, null or empty: the server chooses one.
    #[serde(rename = "groupID", default)]
    group_id: Option<String>,
    /// The name, at most 500 bytes. Empty: none.
    #[serde(default)]
    group_name: String,
    /// The address of the picture, at most 500 bytes. Empty: none.
    #[serde(default)]
    face_url: String,
    /// The other members from the start.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = [])))]
    member_list: Vec<Object<NewMember>>,
    /// Whom ordinary members may bring in: 0 nobody, 1 whoever the owner or an administrator accepts, 2 anybody. Absent or null: 2 for
    /// `Work` and `Community`, else 0. Of an `AVChatRoom` it is 0. XMPP: 1 is 7013.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<GroupAddOpt>"))]
    approve_opt: Option<i64>,
    #[serde(default)]
    timeout_ms: Timeout,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// The user.
    #[serde(rename = "userID")]
    user_id: String,
    /// The role: 200 member, 300 administrator.
    #[cfg_attr(feature = "schema", schemars(with = "GroupRole"))]
    #[serde(default = "default_role")]
    role: i64,
}

fn default_role() -> i64 {
    GroupRole::Member as i64
}

impl Request for CreateGroup {
    type Answer = String;
    const METHOD: Method = Method {
        name: "createGroup",
        c_name: "im_create_group",
        topic: Topic::Group,
        answer: "the groupID",
        events: &[(Event::NewConversation, "")],
        errors: &[
            (
                Status::InvalidParameters,
                "the type, a role or `approveOpt` is unknown, `approveOpt` is not for that type, or a text is too long",
            ),
            (Status::InvalidGroupId, ""),
            (Status::InvalidUserId, ""),
            (Status::NotSupported, "`approveOpt` 1 over XMPP"),
        ],
        example: r#"{"groupType":"Work","groupID":"team","groupName":"Team","memberList":[{"userID":"bob"}]}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let timeout = self.timeout_ms.0;
        let group = self.check(client)?;
        let conversations: Vec<_> = group.group_id.iter().map(ConversationId::group).collect();
        let id = client.request(Self::METHOD.name, &conversations, timeout, |backend, deadline| {
            backend.create_group(group, deadline)
        })?;
        to_data(&id)
    }
}

impl CreateGroup {
    /// The group that is asked for.
    fn check(self, client: &Call<'_>) -> Result<NewGroup> {
        let Some(group_type) = GroupType::parse(&self.group_type) else {
            let desc = "is not Work, Public, Meeting, AVChatRoom or Community";
            return Err(Error::invalid(format!("groupType {} {desc}", quoted(&self.group_type))));
        };
        check_name("groupName", Some(&self.group_name))?;
        check_name("faceUrl", Some(&self.face_url))?;
        let mut members = Vec::with_capacity(self.member_list.len());
        for (place, Object(member)) in self.member_list.into_iter().enumerate() {
            let user = client.user(&format!("memberList[{place}].userID"), member.user_id)?;
            let role = match GroupRole::from_code(member.role) {
                role @ (GroupRole::Member | GroupRole::Admin) => role,
                _ => {
                    return Err(Error::invalid(format!(
                        "memberList[{place}].role {} is not 200 or 300",
                        member.role
                    )));
                }
            };
            members.push((user, role));
        }
        let group_id = self
            .group_id
            .filter(|id| !id.is_empty())
            .map(|id| client.group("groupID", id))
            .transpose()?;
        let approve_opt = group_add_opt("approveOpt", self.approve_opt)?;
        if group_type == GroupType::AVChatRoom && approve_opt.is_some_and(|opt| opt != GroupAddOpt::Forbid) {
            return Err(Error::invalid("approveOpt of an AVChatRoom is always 0"));
        }
        let (group_name, face_url) = (self.group_name, self.face_url);
        Ok(NewGroup {
            group_id,
            group_type,
            group_name,
            face_url,
            members,
            approve_opt,
        })
    }
}

/// Leaves a group. Its conversation stays, with its history.
///
/// Whether the owner can leave is up to the server: the embedded service lets the owner of a `Work` group leave, XMPP
/// servers let no owner leave. Other owners dismiss the group instead.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct QuitGroup {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for QuitGroup {
    type Answer = ();
    const METHOD: Method = Method {
        name: "quitGroup",
        c_name: "im_quit_group",
        topic: Topic::Group,
        errors: &[
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::NoPermission, "not a member, or the owner"),
        ],
        example: r#"{"groupID":"team"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.quit_group(&id, deadline),
            )
            .map(nothing)
    }
}

/// Dismisses a group that the current user owns. The members' conversations stay.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DismissGroup {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for DismissGroup {
    type Answer = ();
    const METHOD: Method = Method {
        name: "dismissGroup",
        c_name: "im_dismiss_group",
        topic: Topic::Group,
        errors: &[
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::NoPermission, "not the owner"),
        ],
        example: r#"{"groupID":"team"}"#,
        example_status: Status::NoPermission,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.dismiss_group(&id, deadline),
            )
            .map(nothing)
    }
}

/// Joins a group, or asks to: `groupAddOpt` of the group says which. `Work` groups are joined by invitation only.
///
/// Where the owner or an administrator has to accept the user first, the call ends with 0 once they are asked, and
/// `onApplicationProcessed` tells the decision.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct JoinGroup {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// What to say to those who decide, at most 500 bytes.
    #[serde(default)]
    message: String,
    /// The password of a room that wants one (XMPP), at most 500 bytes; kept in the room's bookmark, for the user's other
    /// devices and the next logins. Other groups ignore it. libim's own: V2TIM's groups have none.
    #[serde(default)]
    password: Option<String>,
    /// V2TIM's; see docs/json.md.
    #[serde(rename = "groupType", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    _kind: IgnoredAny,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for JoinGroup {
    type Answer = ();
    const METHOD: Method = Method {
        name: "joinGroup",
        c_name: "im_join_group",
        topic: Topic::Group,
        events: &[
            (
                Event::NewConversation,
                "if the user is a member then and the conversation was not in the list",
            ),
            (Event::ReceiveJoinApplication, "for those who decide"),
        ],
        errors: &[
            (Status::InvalidParameters, "the message or the password is too long"),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (
                Status::NoPermission,
                "joined by invitation only, or with another password",
            ),
        ],
        example: r#"{"groupID":"team","message":""}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        check_name("message", Some(&self.message))?;
        check_name("password", self.password.as_deref())?;
        let password = self.password.as_deref().filter(|password| !password.is_empty());
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.join_group(&id, &self.message, password, deadline),
            )
            .map(nothing)
    }
}
