//! The request of an exported function to libim: one method, or several in a row, and the answer that is made of theirs.

use crate::ids::Ids;
use serde_json::Value;
use std::sync::Arc;

/// Why a function refuses at once, with the numbers of `TIMResult`. Its callback does not run then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// `TIMInit` was not called.
    NotInitialized = -1,
    /// Nobody is logged in.
    NotLoggedIn = -2,
    /// A text is not the JSON that it has to be.
    Json = -3,
    /// A parameter is missing or wrong.
    Parameter = -4,
    /// It is no conversation.
    Conversation = -5,
    /// It is no group.
    Group = -6,
}

/// The app's callback: the code, the sentence and the JSON.
pub(crate) type Answer = Arc<dyn Fn(i32, &str, &str) + Send + Sync>;

/// The code of a feature that libim does not have.
pub(crate) const NOT_SUPPORTED: i32 = 7013;

type Make = Box<dyn FnOnce(&[Value], &Ids) -> String + Send>;
type Request = Box<dyn FnOnce(&[Value]) -> Value + Send>;
type Report = fn(&[Value]) -> Value;

/// A method, and how its request is made of the answers before it.
pub(crate) struct Step {
    pub(crate) method: &'static str,
    pub(crate) request: Request,
}

/// The steps, and the answer.
pub(crate) struct Call {
    /// The steps, the next one last.
    pub(crate) steps: Vec<Step>,
    /// The answer of all of them, or why there is none whatever they answer.
    pub(crate) answer: Result<Make, (i32, String)>,
    /// The JSON beside the code when a step fails, made from the answers before it.
    pub(crate) on_failure: Option<Report>,
}

impl Call {
    /// A method whose answer is told as nothing.
    pub(crate) fn new(method: &'static str, request: Value) -> Self {
        Self {
            steps: vec![Step {
                method,
                request: Box::new(|_| request),
            }],
            answer: Ok(Box::new(|_, _| String::new())),
            on_failure: None,
        }
    }

    /// Another method after it, whose request may need the answers so far.
    pub(crate) fn then(
        mut self,
        method: &'static str,
        request: impl FnOnce(&[Value]) -> Value + Send + 'static,
    ) -> Self {
        self.steps.insert(
            0,
            Step {
                method,
                request: Box::new(request),
            },
        );
        self
    }

    /// The answer, made from the last step's.
    pub(crate) fn answering(self, make: impl FnOnce(&Value, &Ids) -> Value + Send + 'static) -> Self {
        self.answering_all(|answers, ids| make(answers.last().unwrap_or(&Value::Null), ids))
    }

    /// The same, made from all answers.
    pub(crate) fn answering_all(mut self, make: impl FnOnce(&[Value], &Ids) -> Value + Send + 'static) -> Self {
        self.answer = Ok(Box::new(|answers, ids| make(answers, ids).to_string()));
        self
    }

    /// The same, also when a later step fails, because the steps before it are done. Null is told as nothing.
    pub(crate) fn answering_so_far(mut self, make: Report) -> Self {
        self.on_failure = Some(make);
        if self.answer.is_err() {
            self
        } else {
            self.answering_all(move |answers, _| make(answers))
        }
    }

    /// A call that fails with a code, at its place among the answers and events.
    pub(crate) fn failing(code: i32, desc: impl Into<String>) -> Self {
        Self {
            // Any method of the cache.
            answer: Err((code, desc.into())),
            ..Self::new("getLoginStatus", serde_json::json!({}))
        }
    }

    /// A function of the API that libim has nothing for.
    pub(crate) fn unsupported() -> Self {
        Self::failing(NOT_SUPPORTED, "libim does not have this")
    }
}

/// A text of the app's as JSON.
pub(crate) fn json(text: &str) -> Result<Value, Refusal> {
    match serde_json::from_str(text) {
        Ok(object @ Value::Object(_)) => Ok(object),
        _ => Err(Refusal::Json),
    }
}

/// A field of a parameter that has to be there.
pub(crate) fn given<'a>(param: &'a Value, key: &str) -> Result<&'a Value, Refusal> {
    match crate::keys::field(param, key) {
        Value::Null => Err(Refusal::Parameter),
        value => Ok(value),
    }
}

/// A text of the app's as JSON that has to be a list.
pub(crate) fn json_list(text: &str) -> Result<Vec<Value>, Refusal> {
    match serde_json::from_str(text) {
        Ok(Value::Array(list)) => Ok(list),
        _ => Err(Refusal::Json),
    }
}

/// The same, of texts.
pub(crate) fn json_texts(text: &str) -> Result<Vec<String>, Refusal> {
    let texts = json_list(text)?.into_iter().map(|entry| match entry {
        Value::String(text) => Ok(text),
        _ => Err(Refusal::Json),
    });
    texts.collect()
}
