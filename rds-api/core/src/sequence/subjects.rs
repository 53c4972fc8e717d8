//! The things that are waited for.

use std::collections::VecDeque;

use crate::request::parameters::Parameters;

/// One thing, unless told otherwise: several that each response tells of, or several that are asked about one after another.
#[derive(Debug, Clone)]
pub(crate) struct Subjects {
    /// How many each response tells of, all of which must be there.
    pub(super) at_once: usize,
    /// The parameter that names one of those that are asked about one after another.
    parameter: &'static str,
    current: Option<String>,
    later: VecDeque<String>,
}

impl Default for Subjects {
    fn default() -> Self {
        Self::at_once(1)
    }
}

impl Subjects {
    pub(super) fn at_once(count: usize) -> Self {
        Self { at_once: count, parameter: "", current: None, later: VecDeque::new() }
    }

    /// The same for each of these values of a parameter, of which the call has the first.
    pub(super) fn one_after_another(self, parameter: &'static str, values: &[String]) -> Self {
        let mut later: VecDeque<String> = values.iter().cloned().collect();
        Self { parameter, current: later.pop_front(), later, ..self }
    }

    /// The one that is asked about now, where there are several.
    pub(super) fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    /// Turns a call to the next one; `false` after the last one.
    pub(super) fn turn(&mut self, parameters: &mut Parameters) -> bool {
        let Some(next) = self.later.pop_front() else { return false };
        parameters.set(self.parameter, next.clone());
        self.current = Some(next);
        true
    }
}
