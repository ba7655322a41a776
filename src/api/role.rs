//! Roles in groups: administrators, and the owner.

use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing};
use crate::client::Call;
use crate::events::Event;
use crate::model::{ConversationId, Error, GroupRole, Result, Status};
use serde::Deserialize;

/// Makes a member of a group an administrator, or an administrator an ordinary member. The owner may.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SetGroupMemberRole {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The member.
    #[serde(rename = "userID")]
    user_id: String,
    /// The role: 200 member, 300 administrator. `transferGroupOwner` makes an owner.
    #[cfg_attr(feature = "schema", schemars(with = "GroupRole"))]
    role: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for SetGroupMemberRole {
    type Answer = ();
    const METHOD: Method = Method {
        name: "setGroupMemberRole",
        c_name: "im_set_group_member_role",
        topic: Topic::Member,
        events: &[
            (Event::GrantAdministrator, "for all members"),
            (Event::RevokeAdministrator, "for all members"),
        ],
        errors: &[
            (
                Status::InvalidParameters,
                "not a member, the owner, or the role is neither 200 nor 300",
            ),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::InvalidUserId, ""),
            (Status::NoPermission, "not the owner"),
        ],
        example: r#"{"groupID":"team","userID":"carol","role":300}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let user = client.user("userID", self.user_id)?;
        let role = match GroupRole::from_code(self.role) {
            role @ (GroupRole::Member | GroupRole::Admin) => role,
            _ => return Err(Error::invalid(format!("role {} is not 200 or 300", self.role))),
        };
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.set_member_role(&id, &user, role, deadline),
            )
            .map(nothing)
    }
}

/// Makes another member the owner of a group. The owner may, and is an ordinary member then.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TransferGroupOwner {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The member who becomes the owner.
    #[serde(rename = "userID")]
    user_id: String,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for TransferGroupOwner {
    type Answer = ();
    const METHOD: Method = Method {
        name: "transferGroupOwner",
        c_name: "im_transfer_group_owner",
        topic: Topic::Member,
        events: &[(Event::GroupInfoChanged, "for all members")],
        errors: &[
            (Status::InvalidParameters, "not a member"),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::InvalidUserId, ""),
            (Status::NoPermission, "not the owner"),
        ],
        example: r#"{"groupID":"team","userID":"alice"}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let user = client.user("userID", self.user_id)?;
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.transfer_group(&id, &user, deadline),
            )
            .map(nothing)
    }
}
