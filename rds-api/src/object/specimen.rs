//! An object with a field of every kind, for tests.

#![allow(unreachable_pub, reason = "the macros make public what generated types have")]

use std::collections::BTreeMap;

use super::{Fields, Object, Slot, UnrecognizedValue, Value, impl_object, impl_text};
use crate::Timestamp;

#[derive(Default)]
pub(crate) struct Specimen {
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

impl Specimen {
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

impl Object for Specimen {
    fn empty() -> Self {
        Self::default()
    }

    fn slot(&mut self, key: &str) -> Slot<'_> {
        match key {
            "String" => Slot::of(&mut self.string),
            "Bool" => Slot::of(&mut self.bool),
            "Int32" => Slot::of(&mut self.int32),
            "Int64" => Slot::of(&mut self.int64),
            "Float" => Slot::of(&mut self.float),
            "Double" => Slot::of(&mut self.double),
            "Color" => Slot::of(&mut self.color),
            "Time" => Slot::of(&mut self.time),
            "Json" => Slot::of(&mut self.json),
            "Password" => Slot::of(&mut self.password),
            "Part" => Slot::of(&mut self.part),
            "Parts" => Slot::list(&mut self.parts),
            "Wrapped" => Slot::wrapped("Part", &mut self.wrapped),
            "Texts" => Slot::list(&mut self.texts),
            "Jsons" => Slot::list(&mut self.jsons),
            "Numbers" => Slot::map(&mut self.numbers),
            _ => Slot::Skip,
        }
    }

    fn fields<'a>(&'a self, fields: &mut dyn Fields<'a>) {
        fields.field("String", Value::of(&self.string));
        fields.field("Bool", Value::of(&self.bool));
        fields.field("Int32", Value::of(&self.int32));
        fields.field("Int64", Value::of(&self.int64));
        fields.field("Float", Value::of(&self.float));
        fields.field("Double", Value::of(&self.double));
        fields.field("Color", Value::of(&self.color));
        fields.field("Time", Value::of(&self.time));
        fields.field("Json", Value::of(&self.json));
        fields.field("Password", Value::of(&self.password).sensitive());
        fields.field("Part", Value::of(&self.part));
        fields.field("Parts", Value::list(&self.parts));
        fields.field("Wrapped", Value::wrapped("Part", &self.wrapped));
        fields.field("Texts", Value::list(&self.texts));
        fields.field("Jsons", Value::list(&self.jsons));
        fields.field("Numbers", Value::map(&self.numbers));
    }
}

impl Object for Part {
    fn empty() -> Self {
        Self::default()
    }

    fn slot(&mut self, key: &str) -> Slot<'_> {
        match key {
            "Id" => Slot::required(&mut self.id),
            "Name" => Slot::of(&mut self.name),
            _ => Slot::Skip,
        }
    }

    fn fields<'a>(&'a self, fields: &mut dyn Fields<'a>) {
        fields.field("Id", Value::required(&self.id));
        fields.field("Name", Value::of(&self.name));
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

impl_object!(Specimen Part);
impl_text!(Color);
