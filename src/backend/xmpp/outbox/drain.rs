//! Sorting the commands of the outbox into the lanes of their conversations.

use super::lane::Lane;
use super::state::{Gate, Outbox};
use crate::backend::xmpp::error::XmppResult;
use crate::model::ConversationId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How many commands are in the lanes at most. The others wait in the outbox.
const IN_LANES: usize = 1024;

/// A conversation, and whether the lane is that of what may overtake.
type Key = (ConversationId, bool);

/// The lanes that are not empty.
struct Lanes {
    outbox: Rc<Outbox>,
    lanes: RefCell<HashMap<Key, Rc<Lane>>>,
}

/// Empties the outbox whenever there is something in it, as long as the session lasts.
pub(crate) async fn drain(outbox: Rc<Outbox>) {
    let lanes = Rc::new(Lanes {
        outbox,
        lanes: RefCell::default(),
    });
    lanes.drain().await;
}

impl Lanes {
    async fn drain(self: Rc<Self>) {
        let outbox = &self.outbox;
        let session = &outbox.features.session;
        if outbox.reach(Gate::New).await.is_err() {
            return;
        }
        let mut after = 0;
        loop {
            if let Err(error) = self.fill(&mut after) {
                return session.fail(&error);
            }
            if session.unless_over(session.outbox.notified()).await.is_err() {
                return;
            }
        }
    }

    /// Puts the commands after a number into the lanes of their conversations, as far as there is room.
    fn fill(self: &Rc<Self>, after: &mut i64) -> XmppResult<()> {
        let outbox = &self.outbox;
        while outbox.in_lanes.get() < IN_LANES {
            let Some(command) = outbox.features.session.sink.waiting_outbound(*after)? else {
                break;
            };
            *after = command.id;
            outbox.in_lanes.set(outbox.in_lanes.get() + 1);
            let key = (command.conversation.clone(), command.is_aside);
            let lane = self.lanes.borrow().get(&key).cloned();
            if let Some(lane) = lane {
                lane.add(command);
                continue;
            }
            let lane = Rc::new(Lane::new(command.conversation.clone()));
            lane.add(command);
            self.lanes.borrow_mut().insert(key.clone(), Rc::clone(&lane));
            tokio::task::spawn_local(Rc::clone(self).follow(key, lane));
        }
        Ok(())
    }

    /// Carries out what is in a lane, until it is empty.
    async fn follow(self: Rc<Self>, key: Key, lane: Rc<Lane>) {
        let session = &self.outbox.features.session;
        match lane.run(&self.outbox).await {
            // Nothing can have been added since the lane was seen empty: nobody else had a turn.
            Ok(()) => {
                self.lanes.borrow_mut().remove(&key);
            }
            Err(_) if session.is_over() => {}
            Err(error) => session.fail(&error),
        }
    }
}
