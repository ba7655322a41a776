//! Which conversations a filter selects (V2TIM `V2TimConversationFilter`). Plain data; `store/filter.rs` reads the same rule
//! from indexes.

use super::id::ConversationType;
use super::mark::{GroupKey, Marks};

/// A filter. A condition that is `None` selects everything; all conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Conversations of this type.
    pub conversation_type: Option<ConversationType>,
    /// Conversations in a group.
    pub group: Option<GroupFilter>,
    /// Conversations with any of these marks; with none at all when the set is empty.
    pub marks: Option<Marks>,
    /// Conversations with none of these marks.
    pub without_marks: Marks,
    /// Whether there are unread messages.
    pub has_unread: Option<bool>,
    /// Whether there are unread messages that mention the user.
    pub has_at: Option<bool>,
}

/// The condition on conversation groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupFilter {
    /// In no group.
    None,
    /// In one of these: two devices may have made groups of the same name, which are one to the app. Empty: there is no
    /// group of that name.
    Any(Vec<GroupKey>),
}

/// What filters look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Its type.
    pub conversation_type: ConversationType,
    /// The groups that it is in, of those that exist.
    pub groups: &'a [GroupKey],
    /// Its marks.
    pub marks: Marks,
    /// Whether it has unread messages.
    pub has_unread: bool,
    /// Whether it has unread messages that mention the user.
    pub has_at: bool,
}

impl Filter {
    /// Whether a conversation of the list is selected.
    pub fn selects(&self, facts: &Facts<'_>) -> bool {
        let group = match &self.group {
            None => true,
            Some(GroupFilter::None) => facts.groups.is_empty(),
            Some(GroupFilter::Any(keys)) => keys.iter().any(|key| facts.groups.contains(key)),
        };
        let marks = match self.marks {
            None => true,
            Some(marks) if marks.is_empty() => facts.marks.is_empty(),
            Some(marks) => marks.meets(facts.marks),
        };
        group
            && marks
            && !self.without_marks.meets(facts.marks)
            && self
                .conversation_type
                .is_none_or(|wanted| wanted == facts.conversation_type)
            && self.has_unread.is_none_or(|wanted| wanted == facts.has_unread)
            && self.has_at.is_none_or(|wanted| wanted == facts.has_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: GroupKey = GroupKey::from_stored(7);

    fn starred<'a>(groups: &'a [GroupKey]) -> Facts<'a> {
        Facts {
            conversation_type: ConversationType::C2c,
            groups,
            marks: Marks::from_stored(1),
            has_unread: true,
            has_at: false,
        }
    }

    #[test]
    fn a_condition_that_is_absent_selects_everything_and_all_others_must_hold() {
        let facts = starred(&[]);
        assert!(Filter::default().selects(&facts));
        let filter = Filter {
            conversation_type: Some(ConversationType::C2c),
            has_unread: Some(true),
            has_at: Some(false),
            ..Filter::default()
        };
        assert!(filter.selects(&facts));
        let other = Filter {
            has_at: Some(true),
            ..filter
        };
        assert!(!other.selects(&facts));
    }

    #[test]
    fn several_marks_mean_any_of_them_and_none_means_without_marks() {
        let marks = |value| Filter {
            marks: Some(Marks::from_stored(value)),
            ..Filter::default()
        };
        let facts = starred(&[]);
        assert!(marks(1 | 4).selects(&facts) && !marks(4).selects(&facts) && !marks(0).selects(&facts));
        assert!(marks(0).selects(&Facts {
            marks: Marks::default(),
            ..facts
        }));
    }

    #[test]
    fn one_with_a_mark_that_it_must_not_have_is_out_whatever_else_it_has() {
        let without = |marks, without| Filter {
            marks,
            without_marks: Marks::from_stored(without),
            ..Filter::default()
        };
        let facts = starred(&[]);
        assert!(without(None, 4 | 8).selects(&facts) && !without(None, 1 | 4).selects(&facts));
        assert!(!without(Some(Marks::from_stored(1)), 1).selects(&facts));
    }

    #[test]
    fn a_conversation_is_in_a_group_or_in_none() {
        let group = |group| Filter {
            group: Some(group),
            ..Filter::default()
        };
        let keys = [KEY];
        assert!(group(GroupFilter::Any(vec![KEY])).selects(&starred(&keys)));
        assert!(!group(GroupFilter::Any(Vec::new())).selects(&starred(&keys)));
        assert!(!group(GroupFilter::None).selects(&starred(&keys)) && group(GroupFilter::None).selects(&starred(&[])));
    }
}
