//! JMESPath expressions over responses, within bounds: whoever writes one can neither exhaust the stack nor make so much
//! of a response that time or memory ends.

use std::thread;

use jmespath::ast::Ast;
use jmespath::{Expression, compile};
use serde_json::Value as Json;

/// More than anybody writes.
const MAX_CHARS: usize = 10_000;
/// How deep an expression may be nested, chains of operators included, and the stack that is enough for it.
const MAX_NESTING: usize = 400;
const STACK_BYTES: usize = 32 << 20;
/// How many times as large as the response that which is made of it may become.
const MAX_GROWTH: f64 = 10_000.0;

/// An expression that is valid.
#[derive(Debug, Clone)]
pub(crate) struct Query(String);

impl Query {
    /// Reads an expression, or says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > MAX_CHARS {
            return Err(format!("it has more than {MAX_CHARS} characters"));
        }
        if nesting(text) > MAX_NESTING {
            return Err(format!("it is nested more than {MAX_NESTING} levels deep"));
        }
        let growth = on_own_stack(|| Ok(growth(compiled(text)?.as_ast())))?;
        match growth <= MAX_GROWTH {
            true => Ok(Self(text.to_owned())),
            false => Err("it makes too much of a response: less of it has to be repeated".to_owned()),
        }
    }

    /// What the expression makes of a response.
    pub(crate) fn find(&self, response: &Json) -> Result<Json, String> {
        self.find_within(response, usize::MAX)
    }

    /// The same, unless it might become larger than so many bytes.
    pub(crate) fn find_within(&self, response: &Json, max_bytes: usize) -> Result<Json, String> {
        let size = size(response);
        on_own_stack(|| {
            let expression = compiled(&self.0)?;
            if growth(expression.as_ast()) * size as f64 > max_bytes as f64 {
                return Err("it makes too much of this response: ask for less of it first".to_owned());
            }
            let found = expression.search(response).map_err(|error| error.reason.to_string())?;
            serde_json::to_value(&*found).map_err(|error| error.to_string())
        })
    }
}

fn compiled(text: &str) -> Result<Expression<'static>, String> {
    compile(text).map_err(|error| error.reason.to_string())
}

/// Does what goes as deep as an expression, where there is room for that.
fn on_own_stack<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    thread::scope(|scope| {
        let started = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let ended = started.map(|thread| thread.join());
        let failed = |why: &str| Err(format!("it cannot be evaluated: {why}"));
        match ended {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => failed("the library for expressions has failed"),
            Err(error) => failed(&error.to_string()),
        }
    })
}

/// How deep an expression is nested at most: brackets that are open, and what is chained by operators within each.
fn nesting(text: &str) -> usize {
    let mut levels = vec![0_usize];
    let mut deepest = 0;
    let mut quote = None;
    let mut before = ' ';
    for character in text.chars() {
        let is_escaped = before == '\\';
        before = if is_escaped { ' ' } else { character };
        match (quote, character) {
            (Some(open), _) if character == open && !is_escaped => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(character),
            (None, '[' | '(' | '{') => levels.push(1),
            (None, ']' | ')' | '}') if levels.len() > 1 => {
                levels.pop();
                levels.iter_mut().last().into_iter().for_each(|level| *level += 1);
            }
            (None, ',') => levels.iter_mut().last().into_iter().for_each(|level| *level = 1),
            (None, '.' | '|' | '&' | '!' | '<' | '>' | '=') => {
                levels.iter_mut().last().into_iter().for_each(|level| *level += 1);
            }
            _ => {}
        }
        deepest = deepest.max(levels.iter().sum());
    }
    // What is written in a literal is nested, too.
    deepest.max(text.matches(['[', '{']).count().min(MAX_NESTING / 2))
}

/// The size of a value: four for each value in it, and what its texts and names take as JSON.
fn size(value: &Json) -> usize {
    const LEAST: usize = 4;
    LEAST
        + match value {
            Json::Array(elements) => elements.iter().map(size).sum(),
            Json::Object(members) => members.iter().map(|(name, value)| name.len() + size(value)).sum(),
            Json::Null | Json::Bool(_) => 0,
            scalar => scalar.to_string().len(),
        }
}

/// How many times as large as what it is given that can be which an expression makes of it, by [`size`].
fn growth(ast: &Ast) -> f64 {
    let all = |nodes: &mut dyn Iterator<Item = &Ast>| nodes.map(growth).sum::<f64>();
    match ast {
        Ast::Literal { value, .. } => 1.0 + value.to_string().len() as f64,
        Ast::Subexpr { lhs, rhs, .. } | Ast::Projection { lhs, rhs, .. } => {
            growth(lhs) * growth(rhs).max(1.0)
        }
        Ast::Flatten { node, .. } | Ast::ObjectValues { node, .. } | Ast::Not { node, .. } => growth(node),
        Ast::Expref { ast, .. } => growth(ast),
        Ast::Condition { predicate, then, .. } => growth(predicate).max(growth(then)),
        Ast::Comparison { lhs, rhs, .. } | Ast::And { lhs, rhs, .. } | Ast::Or { lhs, rhs, .. } => {
            growth(lhs).max(growth(rhs))
        }
        Ast::MultiList { elements, .. } => 1.0 + all(&mut elements.iter()),
        Ast::MultiHash { elements, .. } => {
            let names: usize = elements.iter().map(|pair| pair.key.len()).sum();
            1.0 + names as f64 / 4.0 + all(&mut elements.iter().map(|pair| &pair.value))
        }
        Ast::Function { name, args, .. } => match (name.as_str(), args.as_slice()) {
            ("to_string", _) => 3.0 * all(&mut args.iter()),
            // Between any two texts stands another, which only a literal says the length of.
            ("join", [Ast::Literal { .. }, list]) => growth(&args[0]) * growth(list),
            ("join", _) => f64::INFINITY,
            _ if args.iter().any(|argument| matches!(argument, Ast::Expref { .. })) => {
                args.iter().map(growth).product()
            }
            _ => all(&mut args.iter()).max(2.0),
        },
        _ => 1.0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response() -> Json {
        let instance =
            |number: usize| json!({ "Id": format!("rm-{number}"), "Tags": { "Tag": [{ "Key": "k" }] } });
        json!({ "RequestId": "R", "Items": { "DBInstance": (0..30).map(instance).collect::<Vec<_>>() } })
    }

    #[test]
    fn what_people_ask_is_found() {
        let many = (0..90).map(|number| format!("Id=='rm-{number}'")).collect::<Vec<_>>().join(" || ");
        for (text, expected) in [
            ("RequestId", json!("R")),
            ("length(Items.DBInstance)", json!(30)),
            ("Items.DBInstance[-1].Id", json!("rm-29")),
            ("Items.DBInstance[].Tags.Tag[].Key | [0]", json!("k")),
            ("join(', ', Items.DBInstance[:2].Id)", json!("rm-0, rm-1")),
            ("sort_by(Items.DBInstance, &Id)[0].{id: Id, tags: Tags.Tag[*].[Key, @]}.id", json!("rm-0")),
            ("map(&to_string(Tags), Items.DBInstance)[0]", json!("{\"Tag\":[{\"Key\":\"k\"}]}")),
            (&format!("length(Items.DBInstance[?{many}])"), json!(30)),
            ("'[[[[(((' ", json!("[[[[(((")),
            ("Nothing", Json::Null),
        ] {
            assert_eq!(Query::parse(text).unwrap().find(&response()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn no_expression_ends_the_program() {
        let nested = |open: &str, inner: &str, close: &str, times: usize| {
            format!("{}{inner}{}", open.repeat(times), close.repeat(times))
        };
        for times in [30, 100, 499, 999, 3_000, 20_000] {
            for text in [
                nested("!", "a", "", times),
                nested("(", "a", ")", times),
                nested("[", "a", "]", times),
                nested("{a:", "@", "}", times),
                nested("&", "a", "", times),
                nested("", "a", ".a", times),
                nested("", "@", "[]", times),
                nested("", "@", "[*]", times),
                nested("", "*", ".*", times),
                nested("", "a", "||a", times),
                nested("", "a", "==a", times),
                nested("", "@", "|@", times),
                nested("", "@", "[?@", times),
                nested("[?", "a", "]", times),
                nested("not_null(", "@", ")", times),
                nested("`[", "", "]`", times),
                format!("`{}`", nested("[", "", "]", times)),
                format!("`{}`", nested("{\"a\":", "1", "}", times)),
                nested("", "[@,@]", "|[@,@]", times),
                nested("", "{a:@,b:@}", "|{a:@,b:@}", times),
                nested("", "[@,@][]", "|[@,@][]", times),
                nested("", "@", ".[@,@]", times),
                nested("to_string(", "@", ")", times),
                nested("map(&[@,@],", "@", ")", times),
                nested("", "join(@,['',''])", "|join(@,[@,@])", times),
                nested("", "merge(@,@)", "|merge(@,@)", times),
                nested("", "'\\'", "", times),
                nested("", "[-2147483648:2147483647:-2147483648]", "[-2147483648]", times),
            ] {
                // Found, or refused; and the response never becomes very much larger.
                if let Ok(query) = Query::parse(&text) {
                    let found = query.find(&response()).map_or(0, |found| size(&found));
                    assert!(found <= 10_000 * size(&response()), "{text}");
                }
            }
        }
        for text in ["", "a[", "'", "`", "join(@, @)", "nothing(@)|", "\u{1b}"] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bound_is_kept_for_what_is_large() {
        let query = Query::parse("[Items, Items, Items]").unwrap();
        assert!(query.find_within(&response(), 1_000_000).is_ok());
        let why = query.find_within(&response(), 5_000).unwrap_err();
        assert!(why.contains("too much of this response"), "{why}");
    }
}
