//! Example calls, for the pages of operations.

use std::collections::{BTreeMap, BTreeSet};

use super::constructor::Constructor;
use crate::model::{Api, Field, Operation, Type, TypeItem, Types};

/// A Rust code block with a call that compiles.
pub(super) fn call(package: &str, operation: &Operation, types: Types<'_>) -> String {
    let Sample { hidden, mut imports, method, arguments, .. } = Sample::new(package, operation, types);
    if !imports.is_empty() {
        imports.push('\n');
    }
    let uses = match operation.follows {
        Some(_) => format!(
            "let done = client.{method}({arguments}).until_done().await?;\n\
             println!(\"{{:#?}} {{:#?}}\", done.response, done.last);"
        ),
        None => {
            format!("let response = client.{method}({arguments}).await?;\nprintln!(\"{{response:#?}}\");")
        }
    };
    format!(
        "```no_run\n{hidden}# async fn example(client: &{package}::Client) -> {package}::Result<()> {{\n{imports}\
         {uses}\n# Ok(())\n# }}\n```\n",
    )
}

/// The parts of an example call.
#[derive(Default)]
pub(super) struct Sample {
    /// What stands before the code and is not shown.
    pub(super) hidden: &'static str,
    /// The `use` items that the arguments need.
    pub(super) imports: String,
    pub(super) method: String,
    pub(super) arguments: String,
    /// An expression that makes the request, and the `use` items that it needs.
    pub(super) request: String,
    pub(super) request_imports: String,
}

impl Sample {
    /// The call that stands for all of them, on the pages of what they share.
    pub(super) fn of(api: &Api) -> Self {
        let example = api.example();
        example
            .map(|operation| Self::new(&api.package, operation, Types::of(api, operation)))
            .unwrap_or_default()
    }

    fn new(package: &str, operation: &Operation, types: Types<'_>) -> Self {
        let mut example = Example { package, operation, types, imports: BTreeMap::new() };
        let constructor = Constructor::of(&operation.request_type(), &operation.request);
        let module = example.module();
        let makes = if constructor.is_some() { "new" } else { "default" };
        let arguments = constructor.map(|made| example.arguments(&made, &module)).unwrap_or_default();
        let imports = example.imports();
        let request = operation.request_type();
        example.import(&module, &request);
        Self {
            hidden: if operation.deprecated.is_some() { "# #![allow(deprecated)]\n" } else { "" },
            imports,
            method: operation.rust_name.clone(),
            request: format!("{request}::{makes}({arguments})"),
            arguments,
            request_imports: example.imports() + "\n",
        }
    }
}

/// An example in the making.
struct Example<'m> {
    package: &'m str,
    operation: &'m Operation,
    types: Types<'m>,
    /// The types that it mentions, by module.
    imports: BTreeMap<String, BTreeSet<String>>,
}

impl Example<'_> {
    /// The path of the operation's module.
    fn module(&self) -> String {
        format!("{}::operations::{}::{}", self.package, self.operation.family, self.operation.rust_name)
    }

    fn imports(&self) -> String {
        self.imports.iter().map(import).collect()
    }

    fn import(&mut self, module: &str, name: &str) {
        self.imports.entry(module.to_owned()).or_default().insert(name.to_owned());
    }

    /// The arguments of a constructor whose type is in `module`.
    fn arguments(&mut self, constructor: &Constructor<'_>, module: &str) -> String {
        let owned = constructor.is_struct();
        let values: Vec<String> = constructor.fields.iter().map(|field| self.value(field, owned)).collect();
        if !owned {
            return values.join(", ");
        }
        let name = constructor.struct_name();
        self.import(module, &name.to_string());
        let names = constructor.fields.iter().map(|field| &field.name);
        let fields = names.zip(values).map(|(name, value)| format!("    {name}: {value},\n"));
        format!("{name} {{\n{}}}", fields.collect::<String>())
    }

    /// An expression with the example of a field. `owned` asks for the exact type, not for what converts.
    fn value(&mut self, field: &Field, owned: bool) -> String {
        let text = field.example.as_ref().map(ToString::to_string);
        let text = text.or_else(|| example_in_words(&field.doc)).unwrap_or_default();
        let quoted = || if text.is_empty() { format!("{:?}", "…") } else { format!("{text:?}") };
        match &field.ty {
            Type::Bool => text.eq_ignore_ascii_case("true").to_string(),
            Type::Int32 => text.parse::<i32>().map_or("1".to_owned(), |value| value.to_string()),
            Type::Int64 => text.parse::<i64>().map_or("1".to_owned(), |value| value.to_string()),
            Type::Float | Type::Double => fraction(&text),
            Type::List(item, _) => match &**item {
                Type::String if owned => format!("[{}].into_iter().map(Into::into).collect()", quoted()),
                Type::String => format!("[{}]", quoted()),
                Type::Local(_) | Type::Shared(_) => format!("vec![{}]", self.named(item, &text)),
                Type::Int64 => "vec![1_i64]".to_owned(),
                _ => "vec![1_i32]".to_owned(),
            },
            Type::Local(_) | Type::Shared(_) => self.named(&field.ty, &text),
            Type::Map(_) => r#"[("key", "value")]"#.to_owned(),
            Type::Json => r#"serde_json::json!({})"#.to_owned(),
            Type::String | Type::Timestamp(_) if owned => format!("{}.into()", quoted()),
            Type::String | Type::Timestamp(_) => quoted(),
        }
    }

    /// An expression that makes an object with what it requires, or the value of an enum that has this text.
    fn named(&mut self, ty: &Type, text: &str) -> String {
        let module = match ty {
            Type::Shared(_) => format!("{}::types", self.package),
            _ => self.module(),
        };
        let of_text = || format!("{text:?}.into()");
        let Some(item) = self.types.find(ty) else { return of_text() };
        let name = item.name();
        let made = match item {
            TypeItem::Object(object) => match Constructor::of(name, &object.fields) {
                Some(constructor) => format!("{name}::new({})", self.arguments(&constructor, &module)),
                None => format!("{name}::default()"),
            },
            TypeItem::Enum(item) => {
                let value = item.values.iter().find(|value| value.wire == text).or(item.values.first());
                let Some(value) = value else { return of_text() };
                format!("{name}::{}", value.name)
            }
        };
        self.import(&module, name);
        made
    }
}

/// One `use` item for all that comes from a module.
fn import((module, names): (&String, &BTreeSet<String>)) -> String {
    let list = names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len() {
        1 => format!("use {module}::{list};\n"),
        _ => format!("use {module}::{{{list}}};\n"),
    }
}

/// A literal of a number with a fraction.
fn fraction(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && text.contains(['.', 'e']) => text.to_owned(),
        Ok(number) if number.is_finite() => format!("{text}.0"),
        _ => "1.0".to_owned(),
    }
}

/// What the words about a field say that a value looks like.
fn example_in_words(about: &str) -> Option<String> {
    let (_, rest) = about.split_once("such as `")?;
    let (example, _) = rest.split_once('`')?;
    Some(example.to_owned())
}
