//! An object with a field of every kind, for tests.

#![allow(unreachable_pub, reason = "the macros make public what generated types have")]

use std::collections::BTreeMap;

use super::{Field, Member, Object, UnrecognizedValue, impl_enum, impl_object};
use crate::timestamp::Timestamp;

#[derive(Default)]
pub(crate) struct AllKinds {
    pub(crate) string: Option<String>,
    pub(crate) bool: Option<bool>,
    pub(crate) int32: Option<i32>,
    pub(crate) int64: Option<i64>,
    pub(crate) float: Option<f32>,
    pub(crate) double: Option<f64>,
    pub(crate) color: Option<Color>,
    pub(crate) time: Option<Timestamp>,
    pub(crate) json: Option<serde_json::Value>,
    pub(crate) password: Option<String>,
    pub(crate) part: Option<Part>,
    pub(crate) parts: Vec<Part>,
    pub(crate) wrapped: Vec<Part>,
    pub(crate) texts: Vec<String>,
    pub(crate) jsons: Vec<serde_json::Value>,
    pub(crate) numbers: BTreeMap<String, i64>,
}

#[derive(Default)]
pub(crate) struct Part {
    pub(crate) id: i64,
    pub(crate) name: Option<String>,
}

pub(crate) enum Color {
    Red,
    Unrecognized(UnrecognizedValue),
}

impl AllKinds {
    /// A value in every field.
    pub(crate) fn full() -> Self {
        Self {
            string: Some("s".into()),
            bool: Some(true),
            int32: Some(1),
            int64: Some(2),
            float: Some(0.1),
            double: Some(0.2),
            color: Some(Color::Red),
            time: Some("2024-03-15T08:30Z".into()),
            json: Some(serde_json::json!({"a": [1]})),
            password: Some("p".into()),
            part: Some(Part { id: 1, name: None }),
            parts: vec![Part { id: 2, name: Some("n".into()) }],
            wrapped: vec![Part { id: 3, name: None }],
            texts: vec!["a".into(), "b".into()],
            jsons: vec![serde_json::json!(null), serde_json::json!(1)],
            numbers: [("k".to_owned(), 1)].into(),
        }
    }
}

impl Object for AllKinds {
    fn field(&mut self, index: usize) -> Option<&mut dyn Field> {
        Some(match index {
            0 => &mut self.string,
            1 => &mut self.bool,
            2 => &mut self.int32,
            3 => &mut self.int64,
            4 => &mut self.float,
            5 => &mut self.double,
            6 => &mut self.color,
            7 => &mut self.time,
            8 => &mut self.json,
            9 => &mut self.password,
            10 => &mut self.part,
            11 => &mut self.parts,
            12 => &mut self.wrapped,
            13 => &mut self.texts,
            14 => &mut self.jsons,
            15 => &mut self.numbers,
            _ => return None,
        })
    }

    fn member(&self, index: usize) -> Member<'_> {
        match index {
            0 => Member::of(("String", &self.string)),
            1 => Member::of(("Bool", &self.bool)),
            2 => Member::of(("Int32", &self.int32)),
            3 => Member::of(("Int64", &self.int64)),
            4 => Member::of(("Float", &self.float)),
            5 => Member::of(("Double", &self.double)),
            6 => Member::of(("Color", &self.color)),
            7 => Member::of(("Time", &self.time)),
            8 => Member::of(("Json", &self.json)),
            9 => Member::of(("Password", &self.password)).sensitive(),
            10 => Member::of(("Part", &self.part)),
            11 => Member::of(("Parts", &self.parts)),
            12 => Member::of(("Wrapped", &self.wrapped)).wrapped("Part"),
            13 => Member::of(("Texts", &self.texts)),
            14 => Member::of(("Jsons", &self.jsons)),
            15 => Member::of(("Numbers", &self.numbers)),
            _ => Member::NONE,
        }
    }
}

impl Object for Part {
    fn field(&mut self, index: usize) -> Option<&mut dyn Field> {
        Some(match index {
            0 => &mut self.id,
            1 => &mut self.name,
            _ => return None,
        })
    }

    fn member(&self, index: usize) -> Member<'_> {
        match index {
            0 => Member::of(("Id", &self.id)),
            1 => Member::of(("Name", &self.name)),
            _ => Member::NONE,
        }
    }
}

impl Color {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Red => "red",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}

impl From<&str> for Color {
    fn from(text: &str) -> Self {
        match text {
            "red" => Self::Red,
            other => Self::Unrecognized(UnrecognizedValue::new(other)),
        }
    }
}

impl_object!(AllKinds Part);
impl_enum!(Color);
