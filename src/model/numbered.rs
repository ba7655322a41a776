//! Closed sets of numbers, such as the statuses of messages: an enum whose numbers are V2TIM's, and whose comments are
//! the documentation of the numbers everywhere.

/// Declares such a set. In square brackets stand further attributes of the enum, behind `or` the default.
macro_rules! numbered {
    (
        $(#[doc = $about:literal])+
        $([$($attribute:meta),+])?
        $name:ident as $named:literal $(or $default:ident)? {
            $($(#[doc = $doc:literal])+ $variant:ident = $number:literal,)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $($(#[$attribute])+)?
        #[repr(i64)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant = $number,)+
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl $name {
            /// Every one, in ascending order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The one with that number.
            pub fn numbered(number: i64) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| *one as i64 == number)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $named.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "description": concat!($($about),+).trim(),
                    "oneOf": [$({
                        "type": "integer",
                        "const": $number,
                        "title": stringify!($variant),
                        "description": concat!($($doc),+).trim(),
                    },)+],
                })
            }
        }
    };
}
pub(crate) use numbered;
