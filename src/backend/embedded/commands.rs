//! Carrying out a command of the outbox: one command, one transaction. All of them can be repeated without harm.

use super::change::Tx;
use super::error::ServiceResult;
use super::removal::Progress;
use super::users::{self, Me};
use super::{messages, modify, reactions, receipts, removal, settings};
use crate::model::{Outbound, Outcome};

/// Carries a command out, or a part of one that takes long: then there is no outcome, and it is to come again. A refusal is
/// a [`super::error::ServiceError`].
pub(super) fn carry_out(tx: &mut Tx<'_>, me: &Me, command: &Outbound) -> ServiceResult<Option<Outcome>> {
    let progress = match command {
        Outbound::Send(message) => {
            let (seq, time) = messages::send(tx, me, message)?;
            return Ok(Some(Outcome::Sent { seq, time }));
        }
        Outbound::Modify(message) => over(modify::modify(tx, me, message)),
        Outbound::React(reaction) => over(reactions::react(tx, me, reaction)),
        Outbound::Revoke { conversation, msg_id } => over(messages::revoke(tx, me, conversation, msg_id)),
        Outbound::DeleteMessages { conversation, msg_ids } => {
            over(removal::delete_messages(tx, me, conversation, msg_ids))
        }
        Outbound::ClearHistory {
            conversation, up_to, ..
        } => removal::clear_history(tx, me, conversation, *up_to),
        Outbound::DeleteConversation {
            conversation,
            up_to,
            stamp,
            ..
        } => removal::delete_conversation(tx, me, conversation, *up_to, stamp),
        Outbound::Set { conversation, setting } => over(settings::set(tx, me, conversation, setting)),
        Outbound::Read {
            conversation,
            position,
            tells_peer,
        } => over(settings::read(tx, me, conversation, *position, *tells_peer)),
        Outbound::ReadReceipts {
            conversation,
            msg_ids,
            time,
        } => over(receipts::confirm(tx, me, conversation, msg_ids, *time)),
        Outbound::SubscribeProfile { conversation } => over(users::watch(tx, me, conversation)),
    }?;
    Ok((progress == Progress::Over).then_some(Outcome::Done))
}

fn over(done: ServiceResult<()>) -> ServiceResult<Progress> {
    done.map(|()| Progress::Over)
}
