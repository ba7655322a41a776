//! What comes from the server: news, and batches of a sync.

use super::*;

impl Driver {
    pub(super) fn next_seq(&mut self, id: &str) -> u64 {
        let skipped = if self.rng.u8(0..10) == 0 { self.rng.u64(1..4) } else { 0 };
        let known = self.model.convs.get(id).map_or(0, |conv| conv.max_seq as u64);
        let seq = self.server_seq.entry(id.to_owned()).or_default();
        *seq = (*seq).max(known) + 1 + skipped;
        *seq
    }

    pub(super) fn inbound(&mut self, live: bool) {
        let changes: Vec<Change> = (0..self.rng.usize(1..7)).map(|_| self.change(live)).collect();
        self.note(format!("apply live={live} {changes:?}"));
        let cursor = Some(self.next_msg.to_string());
        self.engine()
            .apply(Inbound {
                live,
                cursor: cursor.clone(),
                changes: changes.clone(),
                ..Inbound::default()
            })
            .unwrap();
        assert_eq!(self.engine().cursor().unwrap(), cursor);
        self.model.live = live;
        self.model.first_sync.get_or_insert(self.model.now);
        self.model.listed_before = self.model.listed().into_iter().map(|(id, _)| id.clone()).collect();
        let (mut fresh, mut missed) = (Vec::new(), Vec::new());
        for change in &changes {
            let is_new = self.model.apply(change);
            self.add_group_news(&mut fresh, &mut missed);
            if is_new && let Change::Message(message) = change {
                if !live && !missed.contains(&message.conversation) {
                    missed.push(message.conversation.clone());
                }
                if live && message.revoked.is_none() {
                    fresh.push(message.msg_id.clone());
                }
            }
        }
        self.place_history();
        self.check_message_events(&fresh, &missed);
        self.model.group_news = Default::default();
    }

    /// Message events tell what is new now, and where to look for what a sync brought.
    pub fn check_message_events(&mut self, fresh: &[String], missed: &[ConversationId]) {
        self.check_edited();
        self.check_reacted();
        let heard = std::mem::take(&mut self.witness.0.lock().unwrap().messages);
        let received: Vec<&str> = heard
            .iter()
            .filter(|(event, _)| *event == Event::RecvNewMessage)
            .map(|(_, message)| message["msgID"].as_str().unwrap())
            .collect();
        assert_eq!(received, fresh, "onRecvNewMessage");
        self.check_tips(fresh, &heard);
        let told: Vec<&Value> = heard
            .iter()
            .filter(|(event, _)| *event == Event::MessagesMissed)
            .map(|(_, ids)| ids)
            .collect();
        let told: Vec<&str> = told
            .iter()
            .flat_map(|ids| ids.as_array().unwrap())
            .map(|id| id.as_str().unwrap())
            .collect();
        let mut missed: Vec<&str> = missed.iter().map(ConversationId::as_str).collect();
        let mut told = told;
        missed.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, missed, "onMessagesMissed");
    }

    /// History is placed at its own time, or at the next place that is free: the engine chooses, the rule is checked.
    pub(super) fn place_history(&mut self) {
        for (id, candidate) in std::mem::take(&mut self.model.candidates) {
            // The driver's clock is never a day behind.
            let candidate = candidate.min(self.model.now + 24 * 3600 * 1_000_000);
            let conv = &self.model.convs[&id];
            if conv.activation >= candidate {
                continue;
            }
            let shown = self
                .engine()
                .conversation(&ConversationId::trusted(id.clone()))
                .unwrap();
            let shown: Value = serde_json::from_str(&shown).unwrap();
            let key = shown["orderkey"].as_i64().unwrap();
            let activation = if conv.is_pinned { key - (1 << 52) } else { key };
            let room = self.model.convs.len() as i64;
            assert!(
                (candidate..candidate + room).contains(&activation),
                "{id}: {activation} for {candidate}"
            );
            self.model.last_activation = self.model.last_activation.max(activation);
            self.model.conv(&id).activation = activation;
        }
        let mut seen: Vec<i64> = self.model.listed().iter().map(|(_, conv)| conv.activation).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "activations are unique");
    }

    pub(super) fn change(&mut self, live: bool) -> Change {
        let id = self.any_conv();
        let conversation = ConversationId::trusted(id.clone());
        let known_seq = self.server_seq.get(&id).copied().unwrap_or_default();
        let position = ReadPosition {
            seq: self.rng.u64(0..=known_seq),
            timestamp: self.model.now / 1_000_000,
        };
        match self.rng.u8(0..62) {
            54..=57 => self.read_elsewhere(),
            58 | 59 => Change::Delivered {
                conversation: ConversationId::c2c(&self.any_user()),
                up_to: Target::Seq(position),
            },
            50..=53 => self.reacted_elsewhere(),
            60 | 61 if live => self.any_seen(),
            42..=45 => self.account_elsewhere(),
            46..=49 => self.edited_elsewhere(),
            0..=19 => Change::Message(self.message(&id, live)),
            20 | 21 => match self.any_message() {
                Some(msg_id) => {
                    let (id, _) = self.model.find(&msg_id).unwrap();
                    Change::Revoked {
                        conversation: ConversationId::trusted(id),
                        message: Target::MsgId(msg_id),
                        recall: self.recall(),
                    }
                }
                None => Change::Revoked {
                    conversation,
                    message: Target::MsgId("unknown".into()),
                    recall: im::model::Recall::default(),
                },
            },
            22 => match self.any_message() {
                Some(msg_id) => {
                    let (id, message) = self.model.find(&msg_id).unwrap();
                    let msg_id = if message.position == PENDING {
                        "unknown".to_owned()
                    } else {
                        msg_id
                    };
                    Change::MessagesDeleted {
                        conversation: ConversationId::trusted(id),
                        msg_ids: vec![msg_id],
                    }
                }
                None => Change::MessagesDeleted {
                    conversation,
                    msg_ids: vec!["unknown".into()],
                },
            },
            23 => Change::HistoryCleared {
                conversation,
                up_to: Target::seq(position.seq),
            },
            24 => Change::ConversationDeleted {
                conversation,
                up_to: Target::seq(position.seq),
                stamp: self.any_stamp(),
            },
            25 | 26 => Change::Read {
                conversation,
                up_to: Target::Seq(position),
            },
            27 | 28 => Change::Settings {
                conversation,
                settings: self.any_settings(),
            },
            29 | 30 => Change::PeerRead {
                conversation: ConversationId::c2c(&self.any_user()),
                up_to: Target::Seq(position),
            },
            31 | 32 => Change::Profile(Profile {
                user_id: self.any_user(),
                nick_name: self.any_text(),
                face_url: self.any_text(),
                allow_type: AllowType::AllowAny,
            }),
            33 | 34 => Change::Friend {
                user_id: self.any_user(),
                remark: self.rng.bool().then(|| self.any_text()),
            },
            35..=38 => {
                let number = self.rng.usize(0..GROUPS);
                Change::Group {
                    group: Group {
                        group_id: GroupId::trusted(format!("g{number}")),
                        group_type: GroupType::ALL[number % 5],
                        group_name: self.any_text(),
                        face_url: self.any_text(),
                        introduction: String::new(),
                        notification: None,
                        owner: None,
                        create_time: 0,
                        member_count: 1,
                        role: GroupRole::from_code([0, 200, 200, 300, 400][self.rng.usize(0..5)]),
                        is_all_muted: false,
                        add_opt: GroupAddOpt::Any,
                        approve_opt: GroupAddOpt::Forbid,
                    },
                    time: Micros(self.any_time()),
                }
            }
            39 | 40 => Change::Listed {
                conversation,
                time: Micros(self.any_time()),
            },
            _ => Change::GroupLeft {
                group_id: GroupId::trusted(format!("g{}", self.rng.usize(0..GROUPS))),
            },
        }
    }

    pub(super) fn message(&mut self, id: &str, live: bool) -> Message {
        // The same again, as after a cut.
        if !self.told.is_empty() && self.rng.u8(0..8) == 0 {
            let mut again = self.told[self.rng.usize(0..self.told.len())].clone();
            if self.rng.u8(0..4) == 0 {
                again.revoked.get_or_insert_with(|| self.recall());
            }
            return again;
        }
        // Our own, coming back before the server's answer to the command.
        let in_flight = self
            .model
            .in_flight
            .clone()
            .filter(|command| command.kind == Kind::Send);
        if let Some(command) = in_flight
            && self.rng.bool()
            && let Some((id, own)) = self.model.find(&command.msg_id)
            && own.seq == 0
        {
            let seq = self.next_seq(&id);
            return Message {
                msg_id: own.msg_id,
                conversation: ConversationId::trusted(id),
                sender: UserId::trusted(ME),
                nick_name: self.any_text(),
                face_url: own.face_url,
                seq,
                time: Micros(self.model.now),
                revoked: None,
                body: self.model.first_content(&command.msg_id).unwrap(),
            };
        }
        self.next_msg += 1;
        let sender = match id.strip_prefix("c2c_") {
            Some(peer) if self.rng.u8(0..4) > 0 => UserId::trusted(peer),
            Some(_) => UserId::trusted(ME),
            None => self.any_user(),
        };
        let time = if live && self.rng.bool() {
            self.model.now
        } else {
            self.any_time()
        };
        let message = Message {
            msg_id: format!("m{}", self.next_msg),
            conversation: ConversationId::trusted(id),
            sender,
            nick_name: self.any_text(),
            face_url: String::new(),
            seq: self.next_seq(id),
            time: Micros(time),
            revoked: (self.rng.u8(0..12) == 0).then(|| self.recall()),
            body: MessageBody {
                modified: (self.rng.u8(0..8) == 0).then(|| self.any_stamp()),
                ..self.body(id.starts_with("group_"))
            },
        };
        self.told.push(message.clone());
        message
    }

    /// Of somebody, or of nobody knows whom.
    fn recall(&mut self) -> Recall {
        Recall {
            by: self.rng.bool().then(|| self.any_user()),
            reason: if self.rng.u8(0..4) == 0 {
                self.any_text()
            } else {
                String::new()
            },
        }
    }
}
