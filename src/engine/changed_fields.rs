//! What the app is told of a conversation that a transaction has changed.

use crate::events::ConversationChange;
use crate::store::conversation::ConversationRow;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// From a row as it was and as it is; `None` where no key of the JSON shows the change. `with_fields`: with the names of the
/// keys that have changed (`changedFields` in the config).
pub(super) fn change(before: &ConversationRow, now: &ConversationRow, with_fields: bool) -> Option<ConversationChange> {
    match (before.is_listed, now.is_listed) {
        (false, true) => Some(ConversationChange::New(now.json.clone())),
        (true, false) => Some(ConversationChange::Deleted),
        (true, true) if now.json != before.json => {
            // Reading both costs more than the rest: only where the app wants it.
            let fields = with_fields.then(|| fields(&before.json, &now.json));
            Some(ConversationChange::Changed(now.json.clone(), fields))
        }
        _ => None,
    }
}

/// The keys whose values differ. All where the row before cannot be read, as one that the disk has damaged.
fn fields(before: &str, now: &str) -> BTreeSet<String> {
    let object = |json| serde_json::from_str::<Map<String, Value>>(json).unwrap_or_default();
    let (before, now) = (object(before), object(now));
    let differs = |(key, value): &(String, Value)| before.get(key) != Some(value);
    now.into_iter().filter(differs).map(|(key, _)| key).collect()
}

#[cfg(test)]
mod tests {
    use crate::engine::fixture::{Fixture, bob, from_bob};
    use crate::events::Event;
    use serde_json::json;

    fn with_fields() -> Fixture {
        let fixture = Fixture::with(|options| options.changed_fields = true);
        fixture.live(from_bob(1));
        // A new conversation has no fields that changed.
        let new = fixture.told_of(Event::NewConversation);
        assert!(new[0].get("changedFields").is_none(), "{new}");
        fixture
    }

    #[test]
    fn an_entry_names_the_keys_that_have_changed() {
        let fixture = with_fields();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        let told = fixture.told_of(Event::ConversationChanged);
        assert_eq!(told[0]["changedFields"], json!(["isPinned", "orderkey"]));
        // Without it the entry is the row.
        let mut entry = told[0].clone();
        entry.as_object_mut().unwrap().remove("changedFields");
        assert_eq!(entry, fixture.row(&bob()));
        fixture.live(from_bob(2));
        assert_eq!(
            fixture.told_of(Event::ConversationChanged)[0]["changedFields"],
            json!(["lastMessage", "orderkey", "unreadCount"])
        );
    }

    #[test]
    fn without_the_config_there_is_no_such_key() {
        let fixture = Fixture::new();
        fixture.live(from_bob(1));
        fixture.told();
        fixture.engine.set_pinned(&bob(), true).unwrap();
        assert!(
            fixture.told_of(Event::ConversationChanged)[0]
                .get("changedFields")
                .is_none()
        );
    }
}
