//! The settings that a room's bookmark shows to the account's other clients: the pin (XEP-0469), and of whose messages they
//! notify (XEP-0492).
//!
//! A bookmark has no stamps. So libim notes in it what it had it show last: what differs from that, another client has changed.

use super::notify::{Notify, VERSIONS, notifies, notifying, said};
use super::xml::{attribute, element};
use crate::backend::xmpp::ns::{BOOKMARK, BOOKMARKS2, NOTIFY, PINNED};
use crate::model::{RecvOpt, Setting};
use xmpp_parsers::minidom::Element;

/// The note.
const SHOWN: &str = "shown";
/// What the note says of a bookmark without a notification setting.
const NONE: &str = "none";

/// What a bookmark shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Shown {
    pinned: bool,
    notify: Option<Notify>,
}

impl Shown {
    fn opt(self) -> RecvOpt {
        self.notify.map_or(RecvOpt::Receive, Notify::opt)
    }
}

/// What libim had it show last; `None`: nothing yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Note {
    pinned: Option<bool>,
    notify: Option<Option<Notify>>,
}

fn extensions(conference: &Element) -> Option<&Element> {
    conference.get_child("extensions", BOOKMARKS2)
}

fn shown(conference: &Element) -> Shown {
    let Some(extensions) = extensions(conference) else {
        return Shown::default();
    };
    let said: Vec<Notify> = notifies(extensions).filter_map(said).collect();
    // Of two that differ, the one that another client has changed.
    let was = note(conference).notify.flatten();
    let news = said.iter().find(|notify| Some(**notify) != was);
    Shown {
        pinned: extensions.has_child("pinned", PINNED),
        notify: news.or(said.first()).copied(),
    }
}

fn note(conference: &Element) -> Note {
    let Some(note) = extensions(conference).and_then(|extensions| extensions.get_child(SHOWN, BOOKMARK)) else {
        return Note::default();
    };
    Note {
        pinned: note.attr("pinned").map(|pinned| pinned == "true"),
        notify: note.attr("notify").map(Notify::parse),
    }
}

/// What another client has changed since libim had it show something.
pub(crate) fn changed_by_others(conference: &Element) -> Vec<Setting> {
    let (shown, note) = (shown(conference), note(conference));
    let mut changed = Vec::new();
    if note.pinned.map_or(shown.pinned, |was| was != shown.pinned) {
        changed.push(Setting::Pinned(shown.pinned));
    }
    if note.notify.map_or(shown.notify.is_some(), |was| was != shown.notify) {
        changed.push(Setting::RecvOpt(shown.opt()));
    }
    changed
}

/// Whether it has never shown what libim has set.
pub(crate) fn lacks(conference: &Element, settings: &[Setting]) -> bool {
    let note = note(conference);
    settings.iter().any(|setting| match setting {
        Setting::Pinned(_) => note.pinned.is_none(),
        Setting::RecvOpt(opt) => note.notify.is_none() && Notify::of(*opt).is_some(),
        _ => false,
    })
}

/// The bookmark as it shows these settings; `None` when it does already. All else in it stays.
pub(crate) fn show(conference: &Element, settings: &[Setting]) -> Option<Element> {
    let is = (shown(conference), note(conference));
    let (mut wanted, mut noted) = is;
    for setting in settings {
        match setting {
            Setting::Pinned(pinned) => {
                wanted.pinned = *pinned;
                noted.pinned = Some(*pinned);
            }
            Setting::RecvOpt(opt) => {
                // A setting that means the same stays as it is, and so does one that has to stand for option 1.
                if let Some(notify) = Notify::of(*opt).filter(|_| wanted.opt() != *opt) {
                    wanted.notify = Some(notify);
                }
                noted.notify = Some(wanted.notify);
            }
            _ => {}
        }
    }
    // What is said in one version is said in the other, once it is there.
    let stale: Vec<&str> = VERSIONS
        .into_iter()
        .filter(|version| {
            let there = extensions(conference).and_then(|extensions| extensions.get_child("notify", *version));
            wanted.notify.is_some() && there.is_some_and(|notify| said(notify) != wanted.notify)
        })
        .collect();
    if (wanted, noted) == is && stale.is_empty() {
        return None;
    }
    let mut conference = conference.clone();
    if extensions(&conference).is_none() {
        conference.append_child(element("extensions", BOOKMARKS2, &[], Vec::new()));
    }
    let extensions = conference.get_child_mut("extensions", BOOKMARKS2)?;
    if wanted.pinned != is.0.pinned {
        let pinned = wanted.pinned.then(|| element("pinned", PINNED, &[], Vec::new()));
        replace(extensions, ("pinned", PINNED), pinned);
    }
    if let Some(wanted) = wanted.notify {
        let is_missing = notifies(extensions).next().is_none();
        for version in stale.into_iter().chain(is_missing.then_some(NOTIFY)) {
            let notify = notifying(extensions.get_child("notify", version), version, wanted);
            replace(extensions, ("notify", version), Some(notify));
        }
    }
    replace(extensions, (SHOWN, BOOKMARK), Some(encode_note(noted)));
    Some(conference)
}

/// Puts a child in the place of all of its name.
fn replace(parent: &mut Element, (name, namespace): (&str, &str), child: Option<Element>) {
    while parent.remove_child(name, namespace).is_some() {}
    if let Some(child) = child {
        parent.append_child(child);
    }
}

fn encode_note(note: Note) -> Element {
    let mut element = element(SHOWN, BOOKMARK, &[], Vec::new());
    if let Some(pinned) = note.pinned {
        attribute(&mut element, "pinned", if pinned { "true" } else { "false" });
    }
    if let Some(notify) = note.notify {
        attribute(&mut element, "notify", notify.map_or(NONE, Notify::name));
    }
    element
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice::from_ref;

    fn bookmark(extensions: &str) -> Element {
        let xml = format!(
            "<conference xmlns='urn:xmpp:bookmarks:1' autojoin='true' colour='red'><nick>Al</nick>\
             <extensions><x xmlns='other:app'/>{extensions}</extensions></conference>"
        );
        xml.parse().unwrap()
    }

    fn notify(children: &str) -> String {
        format!("<notify xmlns='urn:xmpp:notification-settings:1'>{children}</notify>")
    }

    const PIN: &str = "<pinned xmlns='urn:xmpp:bookmarks-pinning:0'/>";

    /// What another client makes of it.
    fn edited(conference: &Element, pinned: bool, notify: Option<Notify>) -> Element {
        let mut conference = conference.clone();
        let mut extensions = conference.remove_child("extensions", BOOKMARKS2).unwrap();
        extensions.remove_child("pinned", PINNED);
        extensions.remove_child("notify", NOTIFY);
        if pinned {
            extensions.append_child(element("pinned", PINNED, &[], Vec::new()));
        }
        if let Some(wanted) = notify {
            extensions.append_child(notifying(None, NOTIFY, wanted));
        }
        conference.append_child(extensions);
        conference
    }

    #[test]
    fn what_other_clients_have_set_is_read() {
        assert_eq!(changed_by_others(&bookmark("")), []);
        assert_eq!(changed_by_others(&bookmark(PIN)), [Setting::Pinned(true)]);
        for (name, opt) in [("always", 0), ("on-mention", 3), ("never", 2)] {
            let read = changed_by_others(&bookmark(&notify(&format!("<{name}/>"))));
            assert_eq!(read, [Setting::RecvOpt(RecvOpt::try_from(opt).unwrap())]);
        }
        for nothing in [
            "",
            "<sometimes/>",
            "<never identity-category='gateway'/>",
            "<never xmlns='other'/>",
        ] {
            assert_eq!(changed_by_others(&bookmark(&notify(nothing))), [], "{nothing}");
        }
        let closest = "<always/><on-mention identity-category='client'/>\
            <never identity-category='client' identity-type='phone'/>";
        assert_eq!(
            changed_by_others(&bookmark(&notify(closest))),
            [Setting::RecvOpt(RecvOpt::NotNotify)]
        );
    }

    #[test]
    fn whatever_is_shown_is_no_change_of_others_and_what_they_change_then_is_one() {
        let opts = [0, 2, 3].map(|opt| RecvOpt::try_from(opt).unwrap());
        for before in [bookmark(""), bookmark(PIN), bookmark(&notify("<never/>"))] {
            for (pinned, opt) in [true, false]
                .into_iter()
                .flat_map(|pinned| opts.map(|opt| (pinned, opt)))
            {
                let settings = [Setting::Pinned(pinned), Setting::RecvOpt(opt)];
                let now = show(&before, &settings).unwrap();
                assert_eq!(changed_by_others(&now), []);
                assert_eq!(show(&now, &settings), None, "nothing is written twice");
                let was = shown(&now);
                assert_eq!((was.pinned, was.opt()), (pinned, opt));
                let theirs = edited(&now, !pinned, was.notify);
                assert_eq!(changed_by_others(&theirs), [Setting::Pinned(!pinned)]);
                let theirs = edited(&now, pinned, None);
                let changed: &[Setting] = if was.notify.is_some() {
                    &[Setting::RecvOpt(RecvOpt::Receive)]
                } else {
                    &[]
                };
                assert_eq!(changed_by_others(&theirs), changed);
            }
        }
    }

    #[test]
    fn the_older_version_is_read_and_both_are_kept_in_step() {
        let older = |children: &str| format!("<notify xmlns='urn:xmpp:notification-settings:0'>{children}</notify>");
        let never = Setting::RecvOpt(RecvOpt::NotNotify);
        for (children, read) in [
            ("<never/>", from_ref(&never)),
            ("<always/><never client-type='phone'/>", from_ref(&never)),
            ("<never client-type='pc'/>", &[]),
        ] {
            assert_eq!(changed_by_others(&bookmark(&older(children))), read, "{children}");
        }
        let both = |new: &str, old: &str| bookmark(&format!("{}{}", notify(new), older(old)));
        let said_in = |conference: &Element| -> Vec<Option<Notify>> {
            notifies(extensions(conference).unwrap()).map(said).collect()
        };
        // Only the older one is there: no second is made.
        let now = show(&bookmark(&older("<never/>")), &[Setting::RecvOpt(RecvOpt::Receive)]).unwrap();
        assert_eq!(said_in(&now), [Some(Notify::Always)]);
        let now = show(&both("<never/>", "<always/>"), from_ref(&never)).unwrap();
        assert_eq!(said_in(&now), [Some(Notify::Never); 2]);
        assert_eq!((changed_by_others(&now), show(&now, &[never])), (Vec::new(), None));
        // A client that knows one of them changes that one, and libim brings the other after it.
        for version in VERSIONS {
            let mut theirs = now.clone();
            let inner = theirs.get_child_mut("extensions", BOOKMARKS2).unwrap();
            replace(
                inner,
                ("notify", version),
                Some(notifying(None, version, Notify::OnMention)),
            );
            let changed = changed_by_others(&theirs);
            assert_eq!(changed, [Setting::RecvOpt(RecvOpt::NotNotifyExceptAt)], "{version}");
            let now = show(&theirs, &changed).unwrap();
            assert_eq!(said_in(&now), [Some(Notify::OnMention); 2]);
            assert_eq!(changed_by_others(&now), []);
        }
    }

    #[test]
    fn all_else_stays_and_the_finer_settings_of_other_clients_too() {
        let finer = "<always identity-category='client' identity-type='pc'><advanced><a xmlns='custom'/></advanced></always>\
            <always><advanced><b xmlns='custom'/></advanced></always>";
        let before = bookmark(&notify(finer));
        let now = show(&before, &[Setting::RecvOpt(RecvOpt::NotNotify)]).unwrap();
        let xml = String::from(&now);
        for kept in [
            "other:app",
            "<nick>Al</nick>",
            "colour",
            "<a xmlns",
            "<b xmlns",
            "autojoin",
        ] {
            assert!(xml.contains(kept), "{kept}: {xml}");
        }
        let notify = extensions(&now).unwrap().get_child("notify", NOTIFY).unwrap();
        let names: Vec<&str> = notify.children().map(Element::name).collect();
        assert_eq!(names, ["always", "never"], "a desktop goes on as it was");
    }

    #[test]
    fn option_1_has_no_counterpart() {
        let settings = [Setting::RecvOpt(RecvOpt::NotReceive)];
        let before = bookmark(&notify("<on-mention/>"));
        let now = show(&before, &settings).unwrap();
        assert_eq!(shown(&now).notify, Some(Notify::OnMention));
        assert_eq!(changed_by_others(&now), [], "it was seen");
        assert!(!lacks(&bookmark(""), &settings));
        assert!(lacks(&bookmark(""), &[Setting::RecvOpt(RecvOpt::NotNotify)]));
    }
}
