//! Muting members of groups.

use super::method::{Method, Request, Topic};
use super::request::Timeout;
use super::response::{Data, nothing};
use crate::client::Call;
use crate::events::Event;
use crate::model::tips::MUTED_FOR_GOOD;
use crate::model::{ConversationId, Error, Result, Status};
use serde::Deserialize;

/// Mutes a member of a group: their messages are refused (10017) until the time is over, or somebody ends it with 0 seconds.
///
/// The owner and the administrators may, with members of lower rank. To mute all: `isAllMuted` of `setGroupInfo`. XMPP: the
/// member loses voice in the room until somebody ends it or the member leaves the room, whatever the seconds; of members who are
/// not in the room it is refused.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MuteGroupMember {
    /// The group.
    #[serde(rename = "groupID")]
    group_id: String,
    /// The member.
    #[serde(rename = "userID")]
    user_id: String,
    /// For how long, in seconds; 0: the member is muted no more. 4294967295: until somebody ends it.
    #[cfg_attr(feature = "schema", schemars(range(min = 0, max = 4_294_967_295_i64)))]
    seconds: i64,
    #[serde(default)]
    timeout_ms: Timeout,
}

impl Request for MuteGroupMember {
    type Answer = ();
    const METHOD: Method = Method {
        name: "muteGroupMember",
        c_name: "im_mute_group_member",
        topic: Topic::Member,
        events: &[(Event::MemberInfoChanged, "if something changed, for all members")],
        errors: &[
            (
                Status::InvalidParameters,
                "not a member, or `seconds` is below 0 or above 4294967295",
            ),
            (Status::InvalidGroupId, "not valid, or there is no such group"),
            (Status::InvalidUserId, ""),
            (
                Status::NoPermission,
                "neither owner nor administrator, or the member is not of lower rank",
            ),
            (
                Status::NotSupported,
                "XMPP: the member is not in the room, or the room lets everybody speak",
            ),
        ],
        example: r#"{"groupID":"team","userID":"carol","seconds":600}"#,
        ..Method::on_server::<Self>()
    };

    fn run(self, client: &Call<'_>) -> Result<Data> {
        let id = client.group("groupID", self.group_id)?;
        let user = client.user("userID", self.user_id)?;
        let seconds = self.seconds;
        if !(0..=MUTED_FOR_GOOD).contains(&seconds) {
            return Err(Error::invalid(format!(
                "seconds {seconds} is not 0 to {MUTED_FOR_GOOD}"
            )));
        }
        client
            .request(
                Self::METHOD.name,
                &[ConversationId::group(&id)],
                self.timeout_ms.0,
                |backend, deadline| backend.mute_member(&id, &user, seconds, deadline),
            )
            .map(nothing)
    }
}
