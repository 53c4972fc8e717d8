//! Questions that are open: what is asked about stays here, so that a yes is one to this very thing, and to it once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many questions may be open before all of them have to be put again.
const MAX_OPEN: usize = 100;

/// The things that were asked about, by the tokens of the questions.
pub(crate) struct Questions<T>(Mutex<HashMap<String, T>>);

impl<T> Default for Questions<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Questions<T> {
    /// Keeps what is asked about, and returns the token that a yes has to bring.
    pub(crate) fn put(&self, subject: T) -> String {
        let token = uuid::Uuid::new_v4().simple().to_string();
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MAX_OPEN {
            open.clear();
        }
        open.insert(token.clone(), subject);
        token
    }

    /// What the question of this token was about. It is not open any more.
    pub(crate) fn answered(&self, token: &str) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token)
    }
}

#[cfg(test)]
mod tests {
    use super::Questions;

    #[test]
    fn a_question_is_answered_once_and_not_kept_for_ever() {
        let questions = Questions::default();
        let token = questions.put("delete");
        assert_eq!(questions.answered("another"), None);
        assert_eq!(questions.answered(&token), Some("delete"));
        assert_eq!(questions.answered(&token), None);
        let oldest = questions.put("first");
        (0..100).for_each(|_| drop(questions.put("another")));
        assert_eq!(questions.answered(&oldest), None);
    }
}
