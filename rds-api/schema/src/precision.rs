/// How exactly a parameter takes a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Precision {
    /// To the minute, as `yyyy-MM-ddTHH:mmZ`.
    Minute,
    /// To the minute as well, and the next one for a time within a minute: so a range that ends with it has all of that
    /// minute.
    NextMinute,
    /// To the second, as `yyyy-MM-ddTHH:mm:ssZ`.
    #[default]
    Second,
}

impl Precision {
    /// Whether it is the precision that holds unless said otherwise.
    pub fn is_second(&self) -> bool {
        *self == Self::Second
    }

    /// The format, as documentation writes it.
    pub fn format(self) -> &'static str {
        match self {
            Self::Minute | Self::NextMinute => "yyyy-MM-ddTHH:mmZ",
            Self::Second => "yyyy-MM-ddTHH:mm:ssZ",
        }
    }

    /// A time of this precision.
    pub fn example(self) -> &'static str {
        match self {
            Self::Minute | Self::NextMinute => "2024-03-15T08:30Z",
            Self::Second => "2024-03-15T08:30:00Z",
        }
    }
}
