//! Strictness that serde does not offer by itself.

use super::id::quoted;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// A JSON object as `T`. serde alone would also take an array for the fields in their order.
#[derive(Debug, Default)]
pub struct Object<T>(
    /// The object's content.
    pub T,
);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> std::result::Result<Object<T>, A::Error> {
                T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(Visitor(std::marker::PhantomData))
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Object<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// A string that names one of a few values. serde alone would also take `{"name":null}`, and would call `null` no JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word<T>(
    /// The value.
    pub T,
);

impl<T: DeserializeOwned> Word<T> {
    fn parse<E: de::Error>(word: &str) -> std::result::Result<Self, E> {
        T::deserialize(StrDeserializer::<E>::new(word))
            .map(Self)
            .map_err(|_| Self::unknown(&quoted(word)))
    }

    /// The error for another value: it says which words there are, as serde knows them.
    fn unknown<E: de::Error>(given: &str) -> E {
        let known = match T::deserialize(StrDeserializer::<de::value::Error>::new("")) {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        };
        let known = known.split_once("expected ").map_or("", |(_, known)| known);
        E::custom(format!("{given} is not {}", known.replace('`', "\"")))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: DeserializeOwned> de::Visitor<'de> for Visitor<T> {
            type Value = Word<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> std::result::Result<Word<T>, E> {
                Word::parse(word)
            }

            fn visit_unit<E: de::Error>(self) -> std::result::Result<Word<T>, E> {
                Err(Word::<T>::unknown("null"))
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> std::result::Result<Word<T>, E> {
                Err(Word::<T>::unknown(&value.to_string()))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> std::result::Result<Word<T>, E> {
                Err(Word::<T>::unknown(&value.to_string()))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> std::result::Result<Word<T>, E> {
                Err(Word::<T>::unknown(&value.to_string()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> std::result::Result<Word<T>, E> {
                Err(Word::<T>::unknown(&value.to_string()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, _: A) -> std::result::Result<Word<T>, A::Error> {
                Err(Word::<T>::unknown("a list"))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, _: A) -> std::result::Result<Word<T>, A::Error> {
                Err(Word::<T>::unknown("an object"))
            }
        }
        deserializer.deserialize_any(Visitor(std::marker::PhantomData))
    }
}

#[cfg(feature = "schema")]
impl<T: serde::Serialize> serde::Serialize for Word<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}
