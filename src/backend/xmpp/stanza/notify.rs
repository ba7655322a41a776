//! Notification settings of a chat (XEP-0492), in the two versions that clients have.

use super::xml::element;
use crate::backend::xmpp::ns::{NOTIFY, NOTIFY_0};
use crate::model::RecvOpt;
use xmpp_parsers::minidom::Element;

/// A bookmark may have a notification setting in either version: other clients read only theirs.
pub(super) const VERSIONS: [&str; 2] = [NOTIFY, NOTIFY_0];

/// When a client notifies, by the names of XEP-0492.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notify {
    Always,
    OnMention,
    Never,
}

impl Notify {
    const ALL: [Self; 3] = [Self::Always, Self::OnMention, Self::Never];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::OnMention => "on-mention",
            Self::Never => "never",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notify| notify.name() == name)
    }

    pub(super) fn opt(self) -> RecvOpt {
        match self {
            Self::Always => RecvOpt::Receive,
            Self::OnMention => RecvOpt::NotNotifyExceptAt,
            Self::Never => RecvOpt::NotNotify,
        }
    }

    /// Nothing: there is no counterpart.
    pub(super) fn of(opt: RecvOpt) -> Option<Self> {
        Self::ALL.into_iter().find(|notify| notify.opt() == opt)
    }
}

/// The settings that are there.
pub(super) fn notifies(extensions: &Element) -> impl Iterator<Item = &Element> {
    VERSIONS
        .iter()
        .filter_map(|version| extensions.get_child("notify", *version))
}

/// What a notification setting says to this client.
pub(super) fn said(notify: &Element) -> Option<Notify> {
    let most = notify.children().map(rank).max().filter(|rank| *rank > 0)?;
    let ours = notify.children().find(|child| rank(child) == most)?;
    Notify::parse(ours.name())
}

/// How closely an element of a notification setting is about this client; 0: it is not. What is most about it counts.
fn rank(child: &Element) -> u8 {
    if Notify::parse(child.name()).is_none() {
        return 0;
    }
    let identity = match child.ns().as_str() {
        NOTIFY => (child.attr("identity-category"), child.attr("identity-type")),
        NOTIFY_0 => match child.attr("client-type") {
            kind @ Some(_) => (Some("client"), kind),
            None => (None, None),
        },
        _ => return 0,
    };
    // As in `caps`.
    match identity {
        (Some("client"), Some("phone")) => 3,
        (Some("client"), None) => 2,
        (None, None) => 1,
        _ => 0,
    }
}

/// A notification setting, with what it says to clients of other kinds, and with the finer settings of other clients, which
/// XEP-0492 forbids to touch.
pub(super) fn notifying(old: Option<&Element>, version: &str, wanted: Notify) -> Element {
    let mut notify = element("notify", version, &[], Vec::new());
    let children: Vec<Element> = old.into_iter().flat_map(Element::children).cloned().collect();
    let most = children.iter().map(rank).max().unwrap_or_default();
    let mut is_said = false;
    for child in &children {
        let is_ours = most > 0 && rank(child) == most && !is_said;
        is_said |= is_ours;
        notify.append_child(if is_ours { renamed(child, wanted) } else { child.clone() });
    }
    // For clients of other kinds.
    if !children.iter().any(|child| rank(child) == 1) {
        notify.append_child(element(wanted.name(), version, &[], Vec::new()));
    }
    notify
}

fn renamed(child: &Element, wanted: Notify) -> Element {
    let mut renamed = element(wanted.name(), &child.ns(), &[], Vec::new());
    *renamed.attrs_mut() = child.attrs().clone();
    for node in child.nodes() {
        renamed.append_node(node.clone());
    }
    renamed
}
