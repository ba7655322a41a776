//! The ids of users and conversations, as the app writes them and as libim does.
//!
//! Tencent's userIDs are plain names, and those of an XMPP account are addresses. Where the config names a domain, a name
//! without an @ is the user of that name there, and an address of that domain is told by its name. groupIDs stay as they are.

use crate::call::Refusal;

/// The users behind names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    /// The domain of names without an @.
    pub(crate) domain: Option<String>,
}

/// The mention of everybody: in this API, and in libim as in the Flutter plugin.
pub(crate) const AT_ALL: &str = "__kImSDK_MessageAtALL__";
const OWN_AT_ALL: &str = "__kImSDK_MesssageAtALL__";

/// The kinds of conversations: `TIMConvType`.
pub(crate) const C2C: i32 = 1;
pub(crate) const GROUP: i32 = 2;

impl Ids {
    /// libim's id of a user.
    pub(crate) fn inward(&self, user: &str) -> String {
        match &self.domain {
            _ if user == AT_ALL => OWN_AT_ALL.to_owned(),
            Some(domain) if !user.is_empty() && !user.contains('@') && user != OWN_AT_ALL => format!("{user}@{domain}"),
            _ => user.to_owned(),
        }
    }

    /// The app's id of a user.
    pub(crate) fn outward(&self, user: &str) -> String {
        if user == OWN_AT_ALL {
            return AT_ALL.to_owned();
        }
        let name = self
            .domain
            .as_ref()
            .and_then(|domain| user.strip_suffix(domain.as_str())?.strip_suffix('@'));
        name.unwrap_or(user).to_owned()
    }

    /// libim's conversationID of a bare id and its kind.
    pub(crate) fn conversation(&self, id: &str, kind: i32) -> Result<String, Refusal> {
        match kind {
            _ if id.is_empty() => Err(Refusal::Conversation),
            C2C => Ok(format!("c2c_{}", self.inward(id))),
            GROUP => Ok(format!("group_{id}")),
            _ => Err(Refusal::Conversation),
        }
    }

    /// libim's conversationID of one that is written out.
    pub(crate) fn full_inward(&self, id: &str) -> String {
        id.strip_prefix("c2c_")
            .map_or_else(|| id.to_owned(), |user| format!("c2c_{}", self.inward(user)))
    }

    /// The app's conversationID of libim's.
    pub(crate) fn full_outward(&self, id: &str) -> String {
        id.strip_prefix("c2c_")
            .map_or_else(|| id.to_owned(), |user| format!("c2c_{}", self.outward(user)))
    }

    /// A conversationID of libim's as a bare id and its kind.
    pub(crate) fn bare(&self, id: &str) -> (String, i32) {
        match id.strip_prefix("group_") {
            Some(group) => (group.to_owned(), GROUP),
            None => (self.outward(id.strip_prefix("c2c_").unwrap_or(id)), C2C),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart_by_the_domain() {
        let ids = Ids {
            domain: Some("example.org".to_owned()),
        };
        assert_eq!(ids.inward("bob"), "bob@example.org");
        assert_eq!(ids.inward("bob@elsewhere.net"), "bob@elsewhere.net");
        assert_eq!(ids.outward("bob@example.org"), "bob");
        assert_eq!(ids.outward("bob@not-example.org"), "bob@not-example.org");
        assert_eq!(ids.full_outward("c2c_bob@example.org"), "c2c_bob");
        assert_eq!(
            ids.full_inward("group_team@rooms.example.org"),
            "group_team@rooms.example.org"
        );
        assert_eq!(ids.bare("c2c_bob@example.org"), ("bob".to_owned(), C2C));
        assert_eq!(
            ids.conversation("bob", C2C).ok().as_deref(),
            Some("c2c_bob@example.org")
        );
        for all in [AT_ALL, OWN_AT_ALL] {
            assert_eq!(ids.inward(all), OWN_AT_ALL);
        }
        assert_eq!(ids.outward(OWN_AT_ALL), AT_ALL);
    }

    #[test]
    fn without_a_domain_ids_stay_as_they_are() {
        let ids = Ids::default();
        assert_eq!(ids.inward("bob"), "bob");
        assert_eq!(ids.outward("bob@example.org"), "bob@example.org");
        assert!(ids.conversation("", C2C).is_err() && ids.conversation("bob", 3).is_err());
    }
}
