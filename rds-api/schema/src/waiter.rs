use std::time::Duration;

/// What is waited for, and how patiently.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize, serde::Serialize))]
#[non_exhaustive]
pub struct Waiter {
    /// The place of the field in the response: names of the wire with dots between them, without the object
    /// that wraps a list. A list on the way means the field of every element.
    pub field: String,
    /// The parameter without which the responses do not have the field.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub needs: Option<String>,
    /// The place of what tells how much is done, in percent.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub percent: Option<String>,
    /// The place of what tells what is being done.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub phase: Option<String>,
    /// The values that mean done, once all have one of them.
    pub done: Vec<String>,
    /// The values that mean failed, as soon as one has one of them.
    pub failed: Vec<String>,
    /// Done once the response has no such field, or once the service says that the thing is not found.
    pub done_when_absent: bool,
    /// How long the field may be absent, or the thing not found, before that is a failure.
    #[cfg_attr(feature = "serde", serde(with = "seconds"))]
    pub not_found_grace: Duration,
    /// The delay before the first poll.
    #[cfg_attr(feature = "serde", serde(with = "seconds"))]
    pub initial_delay: Duration,
    /// The delay after the first poll, which grows by half with each further one.
    #[cfg_attr(feature = "serde", serde(with = "seconds"))]
    pub delay: Duration,
    /// The bound that delays grow to.
    #[cfg_attr(feature = "serde", serde(with = "seconds"))]
    pub max_delay: Duration,
    /// How long to wait in all.
    #[cfg_attr(feature = "serde", serde(with = "seconds"))]
    pub timeout: Duration,
}

impl Waiter {
    /// Waits for a field, without any value that would end it yet. It may be absent for 2 min; delays are 5 s
    /// to 30 s; it takes an hour at most.
    pub fn new(field: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            needs: None,
            percent: None,
            phase: None,
            done: Vec::new(),
            failed: Vec::new(),
            done_when_absent: false,
            not_found_grace: Duration::from_secs(120),
            initial_delay: Duration::ZERO,
            delay: Duration::from_secs(5),
            max_delay: Duration::from_secs(30),
            timeout: Duration::from_secs(3600),
        }
    }

    /// The parameter without which the responses do not have the field. A call without it is refused before
    /// anything is sent.
    pub fn needs(self, parameter: impl Into<String>) -> Self {
        Self { needs: Some(parameter.into()), ..self }
    }

    /// The place of what tells how much is done, in percent, to show while it is waited for.
    pub fn percent(self, field: impl Into<String>) -> Self {
        Self { percent: Some(field.into()), ..self }
    }

    /// The place of what tells what is being done, to show while it is waited for.
    pub fn phase(self, field: impl Into<String>) -> Self {
        Self { phase: Some(field.into()), ..self }
    }

    /// Values that mean done.
    pub fn done<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.done.extend(values.into_iter().map(Into::into));
        self
    }

    /// Values that mean failed.
    pub fn failed<T: Into<String>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.failed.extend(values.into_iter().map(Into::into));
        self
    }

    /// It is done once the response has no such field, or once the service says that the thing is not found.
    pub fn done_when_absent(self) -> Self {
        Self { done_when_absent: true, ..self }
    }

    /// How long the field may be absent, or the thing not found, before that is a failure.
    pub fn not_found_grace(self, grace: Duration) -> Self {
        Self { not_found_grace: grace, ..self }
    }

    /// The delay before the first poll.
    pub fn initial_delay(self, delay: Duration) -> Self {
        Self { initial_delay: delay, ..self }
    }

    /// The delay after the first poll, which grows by half with each further one.
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The bound that delays grow to. It also bounds the first ones.
    pub fn max_delay(self, delay: Duration) -> Self {
        Self { max_delay: delay, ..self }
    }

    /// How long to wait in all.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}

/// Descriptions have times in whole seconds.
#[cfg(feature = "serde")]
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }

    pub(super) fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(time.as_secs())
    }
}

/// The same where there may be no time.
#[cfg(feature = "serde")]
pub(crate) mod optional_seconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_secs))
    }

    pub(crate) fn serialize<S: Serializer>(
        time: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(|time| time.as_secs()).serialize(serializer)
    }
}
