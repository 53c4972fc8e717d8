//! Where the keys come from.
