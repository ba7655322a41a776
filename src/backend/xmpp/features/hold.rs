//! Holding back what arrives until what came before it was read from an archive.

use crate::model::Micros;
use std::cell::{Cell, RefCell};
use xmpp_parsers::jid::BareJid;
use xmpp_parsers::message::Message;

/// A message that has arrived, with what is known of it at that moment and may not be when it is let in.
#[derive(Clone)]
pub(crate) struct Arrived {
    pub(crate) message: Message,
    /// When it was sent, or else when it arrived.
    pub(crate) time: Micros,
    /// Whether the server says that it kept it (XEP-0203).
    pub(crate) is_delayed: bool,
    /// Who has said it in a room: later somebody else may have that name, or nobody.
    pub(crate) sender: Option<BareJid>,
}

/// The items held back, while anything is to be held back.
pub(crate) struct Hold<T> {
    held: RefCell<Option<Vec<T>>>,
    restarts: Cell<u64>,
}

impl Arrived {
    /// As it counts when nothing is held back. What a server has kept it sends at once to whoever comes or comes back, and that
    /// is held until the archive has been read: a delay in what arrives later was written by the sender, who would choose a
    /// place in the history with it.
    pub(crate) fn just_now(self, now: Micros) -> Self {
        Self { time: now, ..self }
    }
}

impl<T> Hold<T> {
    /// Holds from the start.
    pub(crate) fn holding() -> Self {
        Self {
            held: RefCell::new(Some(Vec::new())),
            restarts: Cell::default(),
        }
    }

    /// Keeps an item for later, or gives it back when nothing is held.
    pub(crate) fn keep(&self, item: T) -> Option<T> {
        match self.held.borrow_mut().as_mut() {
            Some(held) => {
                held.push(item);
                None
            }
            None => Some(item),
        }
    }

    /// Ends the holding and gives out what was held.
    pub(crate) fn release(&self) -> Vec<T> {
        self.held.borrow_mut().take().unwrap_or_default()
    }

    /// Puts the held items in another order.
    pub(crate) fn sort_by_key<K: Ord>(&self, key: impl FnMut(&T) -> K) {
        if let Some(held) = self.held.borrow_mut().as_mut() {
            held.sort_by_key(key);
        }
    }

    /// Whether what arrives is held.
    pub(crate) fn is_holding(&self) -> bool {
        self.held.borrow().is_some()
    }

    /// Holds again. False when something is held already: whoever reads the archive for it then has to read it once more.
    pub(crate) fn restart(&self) -> bool {
        self.restarts.set(self.restarts.get() + 1);
        let mut held = self.held.borrow_mut();
        let is_new = held.is_none();
        held.get_or_insert_with(Vec::new);
        is_new
    }

    /// How often it was to hold again. What was asked of an archive before the last time may be out of date.
    pub(crate) fn restarts(&self) -> u64 {
        self.restarts.get()
    }

    /// Forgets the held items that something else brings. True when there were some.
    pub(crate) fn forget(&self, is_brought: impl Fn(&T) -> bool) -> bool {
        let mut held = self.held.borrow_mut();
        let Some(held) = held.as_mut() else { return false };
        let before = held.len();
        held.retain(|item| !is_brought(item));
        held.len() < before
    }

    /// The held items, each as `look` sees it.
    pub(crate) fn look<K>(&self, look: impl Fn(&T) -> Option<K>) -> Vec<K> {
        self.held.borrow().iter().flatten().filter_map(look).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_waits_until_it_is_released() {
        let hold = Hold::holding();
        assert_eq!(hold.keep(1), None);
        assert_eq!(hold.keep(2), None);
        assert!(!hold.restart(), "it is held already");
        hold.sort_by_key(|item| -item);
        assert_eq!(hold.look(|item| Some(*item)), [2, 1]);
        hold.sort_by_key(|item| *item);
        assert_eq!(hold.look(|item| (*item > 1).then_some(*item)), [2]);
        assert_eq!(hold.keep(0), None);
        assert!(hold.forget(|item| *item == 0) && !hold.forget(|item| *item == 0));
        assert_eq!(hold.release(), [1, 2]);
        assert_eq!(hold.keep(3), Some(3));
        assert!(hold.restart());
        assert_eq!(hold.keep(4), None);
        assert_eq!(hold.release(), [4]);
        assert_eq!(hold.restarts(), 2);
    }
}
