//! After every step: the list, the histories and what was told are as the model has them.

use super::*;

impl Driver {
    pub(super) fn check(&mut self) {
        let expected: Vec<Value> = self
            .model
            .listed()
            .into_iter()
            .map(|(id, conv)| self.model.conversation_json(id, conv))
            .collect();
        let count = self.rng.i64(1..12);
        let (mut read, mut cursor) = (Vec::new(), "0".to_owned());
        loop {
            let page: Value = serde_json::from_str(&self.engine().conversation_page(&cursor, count).unwrap()).unwrap();
            let rows = page["conversationList"].as_array().unwrap();
            let is_finished = page["isFinished"].as_bool().unwrap();
            assert!(is_finished || rows.len() as i64 == count, "a short page before the end");
            read.extend(rows.iter().cloned());
            cursor = page["nextSeq"].as_str().unwrap().to_owned();
            if is_finished {
                break;
            }
        }
        let order = |list: &[Value]| -> Vec<String> {
            list.iter()
                .map(|row| format!("{} {}", row["conversationID"], row["orderkey"]))
                .collect()
        };
        assert_eq!(order(&read), order(&expected), "the order of the list");
        for (read, expected) in read.iter().zip(&expected) {
            same_fields(read, expected);
        }
        assert_eq!(read.len(), expected.len());

        let total = self.model.total() as u64;
        assert_eq!(self.engine().total_unread().unwrap(), total);
        self.check_events(&read, total);
        self.filters.check(self.engine.as_ref().unwrap(), &read, &self.witness);
        self.views
            .check(self.engine.as_ref().unwrap(), &self.model, &read, &self.witness);
        self.check_one();
        self.check_reactions();
    }

    pub(super) fn check_events(&mut self, read: &[Value], total: u64) {
        settle(self.dispatcher.as_ref().unwrap());
        let mut heard = self.witness.0.lock().unwrap();
        heard.messages.clear();
        assert_eq!(heard.objections, Vec::<String>::new());
        let mut list: Vec<&Value> = heard.list.values().collect();
        list.sort_by_key(|conversation| std::cmp::Reverse(conversation["orderkey"].as_i64().unwrap()));
        assert_eq!(list, read.iter().collect::<Vec<_>>(), "the list rebuilt from events");
        assert_eq!(heard.total.unwrap_or_default(), total, "the total told");
        let folders = self.engine().conversation_groups().unwrap();
        assert_eq!(folders, self.model.folder_names(), "the conversation groups");
        assert_eq!(
            heard.folders,
            folders.into_iter().collect(),
            "the groups rebuilt from events"
        );
        let opt = self.model.all_recv_opt();
        assert_eq!(self.engine().all_recv_opt().unwrap(), opt, "the option of all");
        assert_eq!(heard.all_recv_opt, (opt.parts().opt, opt.parts().duration), "as told");
    }

    pub(super) fn check_one(&mut self) {
        let id = self.any_conv();
        let conversation = ConversationId::trusted(id.clone());
        let conv = self.model.convs.get(&id).cloned().unwrap_or_default();
        let shown: Value = serde_json::from_str(&self.engine().conversation(&conversation).unwrap()).unwrap();
        assert_eq!(shown, self.model.conversation_json(&id, &conv), "getConversation");
        let several = self
            .engine()
            .conversations(std::slice::from_ref(&conversation))
            .unwrap();
        let several: Value = serde_json::from_str(&several).unwrap();
        assert_eq!(several.as_array().unwrap().len(), usize::from(conv.is_listed));

        self.check_history(&id, &conv);
    }
}

/// Compares field by field, so that a failure names the field.
fn same_fields(read: &Value, expected: &Value) {
    let (read, expected) = (read.as_object().unwrap(), expected.as_object().unwrap());
    let keys = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(read), keys(expected), "the keys of {}", expected["conversationID"]);
    for (key, value) in expected {
        assert_eq!(&read[key], value, "{key} of {}", expected["conversationID"]);
    }
}
