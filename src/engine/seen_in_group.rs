//! What this device has seen in a group, on a service whose groups say nothing of it themselves. Whoever did it says so too, if
//! their client does: their message is the same on all devices, and what was seen of the same gives way to it, whichever comes
//! first. So what was seen waits a moment; should the app be closed meanwhile, it is told after the next login.

use super::json::{parse_body, to_json};
use super::transaction::{LoadedConversation, Transaction};
use crate::events::Event;
use crate::model::tip_facts::Fact;
use crate::model::tips::{GroupTipsElem, GroupTipsType};
use crate::model::{
    AtType, ConversationId, Elem, GroupId, GroupRole, MessageBody, MessageStatus, Micros, RecvOpt, UserId,
};
use crate::store::message::{self, MessageRow};
use crate::store::tip::{self, WaitingTip};
use crate::store::{StoreResult, directory};

/// How far apart in time the server's word and that of whoever did it may be: a connection may be broken for long.
const APART: i64 = 24 * 3600 * 1_000_000;

/// How long what somebody has said stands for what is seen later. The same may be done again.
const STANDS: i64 = 600 * 1_000_000;

/// The same of who has left: an administrator takes them off the lists, who may be away for weeks.
const STANDS_OF_LEAVER: i64 = 90 * 24 * 3600 * 1_000_000;

/// Among how many of the newest tips it is looked for.
const LOOKED_AT: i64 = 200;

/// What a stored tip says; nothing where the disk has damaged it.
fn said_by(row: &MessageRow) -> Option<GroupTipsElem> {
    match parse_body(row).ok()?.elem {
        Elem::GroupTips(tips) => Some(*tips),
        _ => None,
    }
}

impl Transaction<'_> {
    fn is_member_of(&self, group: &GroupId) -> StoreResult<bool> {
        Ok(directory::group(self.db, group)?.is_some_and(|known| known.role > GroupRole::None))
    }

    /// Something that this device saw in a group and the server does not keep: a message of this device's alone. It changes
    /// nothing in the list, which is to be the same on all devices.
    pub(super) fn seen_in_group(
        &mut self,
        (msg_id, by): (&str, Option<&UserId>),
        tips: &GroupTipsElem,
        waits: bool,
    ) -> StoreResult<()> {
        let group = GroupId::trusted(tips.group_id.as_str());
        if !self.is_member_of(&group)? {
            return Ok(());
        }
        if !waits {
            return self.insert_seen(&ConversationId::group(&group), msg_id, by, tips);
        }
        let waiting = WaitingTip {
            msg_id: msg_id.to_owned(),
            by: by.cloned(),
            tips: to_json(tips)?,
        };
        Ok(tip::wait(self.db, &group, &waiting)?)
    }

    /// Nobody has said it: what waits, or one of that, is told as it was seen.
    pub(super) fn unsaid_in_group(&mut self, group: &GroupId, msg_id: Option<&str>) -> StoreResult<()> {
        let waiting = match msg_id {
            Some(msg_id) => tip::waiting_one(self.db, group, msg_id)?.into_iter().collect(),
            None => tip::waiting(self.db, group)?,
        };
        let is_member = self.is_member_of(group)?;
        for waiting in waiting {
            tip::end_waiting(self.db, &waiting.msg_id)?;
            // What the disk has damaged is not told.
            if let Ok(tips) = serde_json::from_str(&waiting.tips)
                && is_member
            {
                let id = ConversationId::group(group);
                self.insert_seen(&id, &waiting.msg_id, waiting.by.as_ref(), &tips)?;
            }
        }
        Ok(())
    }

    /// Puts what was seen into the history, without what somebody has said of it. It is no last message, a conversation that was
    /// taken out of the list stays out, and what is not to be received is not.
    fn insert_seen(
        &mut self,
        id: &ConversationId,
        msg_id: &str,
        by: Option<&UserId>,
        tips: &GroupTipsElem,
    ) -> StoreResult<()> {
        if message::by_msg_id(self.db, msg_id)?.is_some() {
            return Ok(());
        }
        let by = by.cloned().unwrap_or_else(|| UserId::trusted(id.target()));
        let profile = directory::user(self.db, &by)?.unwrap_or_default();
        self.edit(id, |tx, loaded| {
            if !loaded.row.is_listed || loaded.row.recv_opt == RecvOpt::NotReceive {
                return Ok(());
            }
            let said = tx.said_lately(loaded, tips)?;
            let Some(tips) = tips.without(&said) else {
                return Ok(());
            };
            let tips = tx.with_names(&tips)?;
            let body = MessageBody {
                is_excluded_from_unread_count: true,
                is_excluded_from_last_message: true,
                ..MessageBody::of(Elem::GroupTips(Box::new(tips.clone())))
            };
            let mut row = MessageRow {
                id: 0,
                conversation: tx.ensure_row(loaded)?,
                position: loaded.row.max_seq,
                seq: 0,
                time: tx.now,
                status: MessageStatus::LocalImported,
                is_self: by == tx.account.user_id,
                counts_unread: false,
                at_type: AtType::None,
                is_excluded_from_last_message: true,
                elem_type: body.elem.elem_type(),
                msg_id: msg_id.to_owned(),
                sender: by,
                nick_name: profile.nick_name,
                face_url: profile.face_url,
                body: to_json(&body)?,
                local_custom_data: String::new(),
                local_custom_int: 0,
                error_code: 0,
            };
            row.id = message::insert(tx.db, &row)?;
            tx.tell_message(Event::RecvNewMessage, loaded, &row)?;
            tx.tell_tips(&loaded.row.conversation_id, &tips)
        })
    }

    /// What of a tip is in the history already, as the last word about it.
    fn said_lately(&self, loaded: &LoadedConversation, tips: &GroupTipsElem) -> StoreResult<Vec<Fact>> {
        let mut facts = tips.facts();
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let has_left = GroupTipsType::numbered(tips.r#type) == Some(GroupTipsType::Quit);
        let stands = if has_left { STANDS_OF_LEAVER } else { STANDS };
        let from = Micros(self.now.0.saturating_sub(stands));
        let mut said = Vec::new();
        for row in tip::newest(self.db, loaded.row.id, from, LOOKED_AT)? {
            let told = said_by(&row).map(|tips| tips.facts()).unwrap_or_default();
            let (found, left) = facts
                .into_iter()
                .partition(|fact| told.iter().any(|told| told.is_about_same(fact)));
            facts = left;
            said.extend(found.into_iter().filter(|fact: &Fact| told.contains(fact)));
            if facts.is_empty() {
                break;
            }
        }
        Ok(said)
    }

    /// Whoever did it says so, at a time: what was seen of the same gives way to that. What of it the app does not know yet;
    /// `None` when it was told all of it.
    pub(super) fn take_in_seen(
        &mut self,
        loaded: &LoadedConversation,
        tips: &GroupTipsElem,
        time: Micros,
    ) -> StoreResult<Option<GroupTipsElem>> {
        let facts = tips.facts();
        if facts.is_empty() {
            return Ok(Some(tips.clone()));
        }
        let id = &loaded.row.conversation_id;
        for waiting in id
            .group_id()
            .map(|group| tip::waiting(self.db, &group))
            .transpose()?
            .unwrap_or_default()
        {
            let Ok(seen) = serde_json::from_str::<GroupTipsElem>(&waiting.tips) else {
                continue;
            };
            match seen.without(&facts) {
                None => tip::end_waiting(self.db, &waiting.msg_id)?,
                Some(left) if left != seen => tip::set_waiting(self.db, &waiting.msg_id, &to_json(&left)?)?,
                Some(_) => {}
            }
        }
        let around = (
            Micros(time.0.saturating_sub(APART)),
            Micros(time.0.saturating_add(APART)),
        );
        let mut told: Vec<Fact> = Vec::new();
        for mut row in tip::seen_between(self.db, loaded.row.id, around)? {
            let Some(seen) = said_by(&row) else { continue };
            let mut same: Vec<Fact> = seen.facts().into_iter().filter(|fact| facts.contains(fact)).collect();
            if !same.is_empty() {
                let others = tip::between(self.db, loaded.row.id, (row.time.min(time), row.time.max(time)))?;
                let others: Vec<Fact> = others
                    .iter()
                    .filter_map(said_by)
                    .flat_map(|tips| tips.facts())
                    .collect();
                // What has been undone in between was done twice.
                same.retain(|fact| !others.iter().any(|other| other.contradicts(fact)));
            }
            if same.is_empty() {
                continue;
            }
            match seen.without(&same) {
                None => message::delete(self.db, row.id)?,
                Some(left) => {
                    let body = parse_body(&row)?;
                    row.body = to_json(&MessageBody {
                        elem: Elem::GroupTips(Box::new(left)),
                        ..body
                    })?;
                    message::update(self.db, &row)?;
                }
            }
            told.extend(same);
            // The app has it in the history that it shows.
            self.missed(id);
        }
        Ok(tips.without(&told))
    }
}

#[cfg(test)]
mod tests;
