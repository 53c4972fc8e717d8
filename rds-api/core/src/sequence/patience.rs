//! How patiently something waits.

/// The methods of what has a `waiter`, which say how patiently it waits.
macro_rules! patience {
    (wait: $wait:literal, initial_delay: $initial_delay:literal $(,)?) => {
        #[doc = concat!("Sets how long to wait in all ", $wait, "; as long as the waiter says unless set. When it is over, that is an")]
        /// error of kind [`WaitTimeout`](crate::error::ErrorKind::WaitTimeout).
        pub fn with_timeout(self, timeout: ::std::time::Duration) -> Self {
            Self { waiter: self.waiter.timeout(timeout), ..self }
        }

        #[doc = concat!("Sets the delay ", $initial_delay, ".")]
        pub fn with_initial_delay(self, delay: ::std::time::Duration) -> Self {
            Self { waiter: self.waiter.initial_delay(delay), ..self }
        }

        /// Sets the delay after the first poll, which grows by half with each further one.
        pub fn with_delay(self, delay: ::std::time::Duration) -> Self {
            Self { waiter: self.waiter.delay(delay), ..self }
        }

        /// Sets the bound that delays grow to. It also bounds the first ones.
        pub fn with_max_delay(self, delay: ::std::time::Duration) -> Self {
            Self { waiter: self.waiter.max_delay(delay), ..self }
        }

        /// The waiter: what is waited for, and how patiently.
        pub fn waiter(&self) -> &::rds_api_schema::Waiter {
            &self.waiter
        }
    };
}

pub(super) use patience;
