//! The JSON Schemas of one method; with the feature `schema` only.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// The schemas of one method.
pub struct MethodSchema {
    /// The request: an object, without references. Its description is the method's.
    pub request: Schema,
    /// The data of the answer.
    pub data: Schema,
}

/// The schema of something that is read, without references.
pub(super) fn whole<T: JsonSchema>() -> Schema {
    SchemaSettings::draft07()
        .for_deserialize()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator()
        .into_root_schema_for::<T>()
}

/// The schemas of the method with that request.
pub(super) fn of<Request: JsonSchema, Answer: JsonSchema>(generator: &mut SchemaGenerator) -> MethodSchema {
    MethodSchema {
        request: whole::<Request>(),
        data: generator.subschema_for::<Answer>(),
    }
}
