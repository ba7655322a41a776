//! Who has recalled a message, and why: told with the recall, and shown with the message from then on.

use super::transaction::Transaction;
use crate::model::{ConversationId, Profile, Recall, UserId};
use crate::store::message::MessageRow;
use crate::store::{StoreResult, directory, revocation};
use rusqlite::Connection;

/// Who has recalled a message, with the profile as far as it is known, and why. `None`: nobody says who.
pub(super) fn of(db: &Connection, row: &MessageRow) -> StoreResult<(Option<Profile>, String)> {
    let Some(recall) = revocation::of(db, row.id)? else {
        return Ok((None, String::new()));
    };
    let revoker = recall.by.map(|by| profile(db, row, by)).transpose()?;
    Ok((revoker, recall.reason))
}

fn profile(db: &Connection, row: &MessageRow, user_id: UserId) -> StoreResult<Profile> {
    let known = directory::user(db, &user_id)?.unwrap_or_default();
    // Of an author whose profile is not known the message says it.
    let is_author = user_id == row.sender;
    let or_signed = |known: String, signed: &str| match known {
        known if known.is_empty() && is_author => signed.to_owned(),
        known => known,
    };
    Ok(Profile {
        nick_name: or_signed(known.nick_name, &row.nick_name),
        face_url: or_signed(known.face_url, &row.face_url),
        allow_type: known.allow_type,
        user_id,
    })
}

/// The one of two texts that says something, the first if both do.
fn first_said(one: &str, other: &str) -> String {
    if one.is_empty() { other } else { one }.to_owned()
}

impl Transaction<'_> {
    /// Keeps who has recalled a message, and why, as far as that is not known yet; whether that is news. `is_guess` when what is
    /// known is only that we have asked for it ourselves.
    pub(super) fn keep_revoker(
        &self,
        id: &ConversationId,
        row: &MessageRow,
        recall: &Recall,
        is_guess: bool,
    ) -> StoreResult<bool> {
        // Only in groups there are others who may.
        let author = id.group_id().is_none().then_some(&row.sender);
        let by = recall.by.as_ref().or(author);
        let known = revocation::of(self.db, row.id)?;
        // Of several recalls the first one counts; another may say more of it.
        let kept = match &known {
            Some(known) if by.is_none() || known.by.is_some() && !is_guess => Recall {
                by: known.by.clone(),
                reason: first_said(&known.reason, &recall.reason),
            },
            Some(known) => Recall {
                by: by.cloned(),
                reason: first_said(&recall.reason, &known.reason),
            },
            None => Recall {
                by: by.cloned(),
                reason: recall.reason.clone(),
            },
        };
        let is_news = kept != known.unwrap_or_default();
        if is_news {
            revocation::save(self.db, row.id, &kept)?;
        }
        Ok(is_news)
    }

    /// A user's name or picture is another: the conversations show it whose messages they have recalled.
    pub(super) fn refresh_recalled_by(&mut self, user: &UserId) -> StoreResult<()> {
        for id in revocation::conversations_of(self.db, user)? {
            self.refresh(&id)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, from_bob, message, refused, team, team_with, unnumbered};
    use crate::model::{
        AllowType, Change, ConversationId, GroupRole, IdKind, MessageId, Profile, Recall, Target, UserId,
    };
    use serde_json::{Value, json};

    fn named(user: &str, nick_name: &str) -> Change {
        Change::Profile(Profile {
            user_id: UserId::trusted(user),
            nick_name: nick_name.to_owned(),
            face_url: String::new(),
            allow_type: AllowType::AllowAny,
        })
    }

    fn by(user: Option<&str>, reason: &str) -> Recall {
        Recall {
            by: user.map(UserId::trusted),
            reason: reason.to_owned(),
        }
    }

    fn recalled(conversation: ConversationId, msg_id: &str, recall: Recall) -> Change {
        Change::Revoked {
            conversation,
            message: Target::MsgId(msg_id.to_owned()),
            recall,
        }
    }

    /// The one who has recalled the last message, their name, and why.
    fn shown(fixture: &Fixture, id: &ConversationId) -> Value {
        let last = &fixture.row(id)["lastMessage"];
        let by = &last["revokerInfo"];
        if by.is_null() {
            return json!([null, last["revokeReason"]]);
        }
        json!([by["userID"], by["nickName"], last["revokeReason"]])
    }

    #[test]
    fn a_recalled_message_shows_who_has_recalled_it_and_why_also_after_a_restart() {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        assert_eq!(shown(&fixture, &team()), json!([null, ""]));
        fixture.live(recalled(team(), "m1", by(Some("carol"), "rude")));
        assert_eq!(shown(&fixture, &team()), json!(["carol", "", "rude"]));
        let fixture = fixture.reopen();
        assert_eq!(shown(&fixture, &team()), json!(["carol", "", "rude"]));
        // Their name as it is now.
        fixture.live(named("carol", "Carol"));
        assert_eq!(shown(&fixture, &team()), json!(["carol", "Carol", "rude"]));
        // Said again by somebody who knows less, or by another who came later.
        fixture.live(recalled(team(), "m1", by(None, "")));
        fixture.live(recalled(team(), "m1", by(Some("dave"), "")));
        assert_eq!(shown(&fixture, &team()), json!(["carol", "Carol", "rude"]));
    }

    #[test]
    fn who_has_recalled_a_message_is_learned_later_too() {
        let fixture = Fixture::new();
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.live(recalled(team(), "m1", by(None, "rude")));
        assert_eq!(shown(&fixture, &team()), json!([null, "rude"]));
        fixture.live(recalled(team(), "m1", by(Some("carol"), "")));
        assert_eq!(shown(&fixture, &team()), json!(["carol", "", "rude"]));
    }

    #[test]
    fn in_a_c2c_conversation_it_is_the_author() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.live(recalled(bob(), "m1", Recall::default()));
        assert_eq!(shown(&fixture, &bob()), json!(["bob", "", ""]));
        fixture.live(named("bob", "Bob"));
        assert_eq!(shown(&fixture, &bob()), json!(["bob", "Bob", ""]));
    }

    #[test]
    fn a_message_that_comes_recalled_shows_it_too() {
        let fixture = Fixture::new();
        let mut gone = message(&team(), "bob", 1);
        gone.revoked = Some(by(Some("carol"), "rude"));
        fixture.live(Change::Message(gone));
        assert_eq!(shown(&fixture, &team()), json!(["carol", "", "rude"]));
    }

    #[test]
    fn a_recall_that_waits_for_its_message_is_kept_with_who_has_made_it() {
        let fixture = Fixture::new();
        fixture.live(Change::Revoked {
            conversation: bob(),
            message: Target::Id(MessageId {
                kind: IdKind::Origin,
                id: "m1".to_owned(),
                sender: None,
                not_after: None,
            }),
            recall: by(Some("carol"), "rude"),
        });
        let fixture = fixture.reopen();
        fixture.live(unnumbered("m1", "bob", 1, false));
        assert_eq!(shown(&fixture, &bob()), json!(["carol", "", "rude"]));
    }

    #[test]
    fn ones_own_recall_shows_oneself_at_once_until_it_is_refused() {
        let fixture = Fixture::new();
        fixture.live(team_with(GroupRole::Owner));
        fixture.live(Change::Message(message(&team(), "bob", 1)));
        fixture.try_revoke("m1").unwrap();
        assert_eq!(shown(&fixture, &team()), json!(["alice", "", ""]));
        fixture.complete(refused());
        assert_eq!(shown(&fixture, &team()), json!([null, ""]));
        // Another was first.
        fixture.try_revoke("m1").unwrap();
        fixture.live(recalled(team(), "m1", by(Some("carol"), "rude")));
        assert_eq!(shown(&fixture, &team()), json!(["carol", "", "rude"]));
        fixture.complete(refused());
        assert_eq!(shown(&fixture, &team()), json!(["carol", "", "rude"]));
    }
}
