//! Decodes JSON as Dart does.

use Dart::{Bool, Double, Int, List, Map, Text};
use Null::{Absent, Always, Sometimes};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The type of a field of a Dart model.
#[derive(Clone, Copy)]
pub enum Dart {
    Text,
    Int,
    Double,
    Bool,
    /// A list of this.
    List(&'static Dart),
    /// An object that another model decodes.
    Map(Model),
}

/// What null means under a key.
#[derive(Clone, Copy, PartialEq)]
pub enum Null {
    /// The Dart field is not nullable: null or a missing key ends the app.
    Crashes,
    /// The Dart field is nullable, and libim never uses that.
    Never,
    /// The scenario must show it both null and not.
    Sometimes,
    /// What libim does not support yet.
    Always,
    /// The model has the key and libim leaves it out: Dart reads null.
    Absent,
}

/// The fields of a Dart class: key, type, null.
pub type Model = &'static [(&'static str, Dart, Null)];

/// Decodes as the app would, and notes which keys were null and which were not.
#[derive(Default)]
pub struct Decoder {
    /// By the model's first key, the key, and whether it was null.
    seen: RefCell<BTreeSet<(&'static str, &'static str, bool)>>,
}

impl Decoder {
    pub fn model(&self, model: Model, value: &Value, path: &str) {
        let Value::Object(object) = value else {
            panic!("{path} is no map: {value}");
        };
        for (key, dart, null) in model {
            let path = format!("{path}.{key}");
            // What `json['key']` gives in Dart.
            let value = object.get(*key);
            assert_eq!(value.is_none(), *null == Absent, "{path}: whether the key is there");
            let Some(value) = value else {
                continue;
            };
            self.seen.borrow_mut().insert((model[0].0, *key, value.is_null()));
            if value.is_null() {
                assert!(matches!(null, Sometimes | Always), "{path} is null");
            } else {
                assert!(*null != Always, "{path} is {value}");
                self.value(*dart, value, &path);
            }
        }
        for key in object.keys() {
            assert!(
                model.iter().any(|(known, ..)| known == key),
                "{path}.{key} is not V2TIM's"
            );
        }
    }

    /// Dart checks types at run time: an `int` is no `double` and no `String`.
    pub fn value(&self, dart: Dart, value: &Value, path: &str) {
        match dart {
            Text => assert!(value.is_string(), "{path} is {value}, not a String"),
            Bool => assert!(value.is_boolean(), "{path} is {value}, not a bool"),
            // A plain assignment in Dart, which an int without a point fails.
            Double => assert!(value.is_f64(), "{path} is {value}, not a double"),
            Int => {
                let number = value.as_i64();
                let number = number.unwrap_or_else(|| panic!("{path} is {value}, not an int"));
                // On the web Dart's int is a double.
                assert!(number.abs() < 1 << 53, "{path} is {value}");
            }
            List(entry) => {
                let list = value.as_array();
                let list = list.unwrap_or_else(|| panic!("{path} is {value}, not a List"));
                for (at, value) in list.iter().enumerate() {
                    self.value(*entry, value, &format!("{path}[{at}]"));
                }
            }
            Map(model) => self.model(model, value, path),
        }
    }

    pub fn list(&self, model: Model, list: &Value, path: &str) {
        for (at, value) in list.as_array().unwrap().iter().enumerate() {
            self.model(model, value, &format!("{path}[{at}]"));
        }
    }

    /// Fails when a key that may be null was not seen both ways.
    pub fn assert_has_seen_all(&self, model: Model) {
        for (key, _, null) in model {
            let seen = |is_null| self.seen.borrow().contains(&(model[0].0, *key, is_null));
            if *null == Sometimes {
                assert!(seen(true) && seen(false), "{key} was not seen both null and not");
            }
        }
    }
}
