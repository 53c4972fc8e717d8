/// A parameter of what follows a write, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Given<T = &'static str> {
    /// The wire name of the parameter.
    pub parameter: T,
    /// Where its value comes from.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub source: Source<T>,
    /// What the parameter takes.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Takes::is_text"))]
    pub takes: Takes,
}

impl<T> Given<T> {
    /// A parameter that takes a text from there.
    pub const fn new(parameter: T, source: Source<T>) -> Self {
        Self { parameter, source, takes: Takes::Text }
    }
}

impl Given {
    /// A text that a parameter of the write has.
    pub const fn request(parameter: &'static str, name: &'static str) -> Self {
        Self::new(parameter, Source::Request(name))
    }

    /// A text that a member of the response of the write has, with dots between names where it lies deeper.
    pub const fn response(parameter: &'static str, path: &'static str) -> Self {
        Self::new(parameter, Source::Response(path))
    }

    /// A text that is always the same.
    pub const fn value(parameter: &'static str, value: &'static str) -> Self {
        Self::new(parameter, Source::Value(value))
    }

    /// The same for a parameter that takes a whole number.
    pub const fn number(self) -> Self {
        Self { takes: Takes::Number, ..self }
    }

    /// The same for a list that travels as parameters with numbers behind their names.
    pub const fn flattened(self) -> Self {
        Self { takes: Takes::Flattened, ..self }
    }

    /// The same for a list that travels as one JSON text.
    pub const fn json(self) -> Self {
        Self { takes: Takes::Json, ..self }
    }

    /// The same for a list that travels as texts joined with commas.
    pub const fn joined(self) -> Self {
        Self { takes: Takes::Joined, ..self }
    }
}

/// Where the value of a parameter of what follows a write comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Source<T = &'static str> {
    /// A parameter of the write.
    Request(T),
    /// A member of its response, with dots between names where it lies deeper.
    Response(T),
    /// This text.
    Value(T),
}

/// What a parameter of what follows a write takes. A list has all that the source has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Takes {
    /// A text.
    #[default]
    Text,
    /// A whole number.
    Number,
    /// A list as parameters with numbers behind their names.
    Flattened,
    /// A list as one JSON text.
    Json,
    /// A list as texts joined with commas.
    Joined,
}

impl Takes {
    /// Whether it is one text.
    pub fn is_text(&self) -> bool {
        *self == Self::Text
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Flattened | Self::Json | Self::Joined)
    }
}
